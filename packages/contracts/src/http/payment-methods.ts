import Type, { type Static } from 'typebox'
import { PaymentMethod } from '../events/shapes.ts'

/** What a shopper's program may request. `auto`: page or wap, by the browser that requests it. */
export const RequestedMethod = Type.Union([Type.Literal('auto'), ...PaymentMethod.anyOf])
export type RequestedMethod = Static<typeof RequestedMethod>

/** 花呗分期: the buyer pays in instalments; the shop receives everything at once. Only page, wap and app take it. */
export const Instalments = Type.Object(
  {
    number: Type.Union([Type.Literal(3), Type.Literal(6), Type.Literal(12)]),
    sellerPaysFee: Type.Boolean({ description: 'True: the shop pays the fee, which needs a contract with Alipay' }),
  },
  { additionalProperties: false },
)
export type Instalments = Static<typeof Instalments>

/** The buyer's ids at Alipay, which only `alipay_jsapi` needs: exactly one of the two. */
export const BuyerIds = {
  buyerOpenId: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$', description: 'The buyer’s open id for the mini program' }),
  ),
  buyerId: Type.Optional(
    Type.String({ pattern: '^2088\\d{12}$', description: 'The buyer’s id (2088…), only for apps made before 2023' }),
  ),
}

const products = {
  page: 'alipay_page',
  wap: 'alipay_wap',
  app: 'alipay_app',
  jsapi: 'alipay_jsapi',
  qr: 'alipay_qr',
} as const
type Product = keyof typeof products
const anyProduct = Object.keys(products).join('|')

/** The setting ALIPAY_PRODUCTS of gateway and payment-service. */
export const AlipayProducts = Type.String({
  pattern: `^(${anyProduct})(,(${anyProduct}))*$`,
  default: Object.keys(products).join(','),
  description: 'Alipay’s products that the merchant has contracted, separated by commas: page, wap, app, jsapi, qr.',
})

/** The methods of a value of ALIPAY_PRODUCTS. */
export function methodsOf(alipayProducts: string): ReadonlySet<PaymentMethod> {
  return new Set(alipayProducts.split(',').map(product => products[product as Product]))
}
