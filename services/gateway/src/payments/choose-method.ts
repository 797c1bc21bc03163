import {
  type Instalments,
  methodsOf,
  type OpenPayment,
  type PaymentMethod,
  type RequestedMethod,
} from '@alipay-checkout/contracts'
import { invalidField, Problem } from '@alipay-checkout/service-kit'
import type { GatewayConfig } from '../config.ts'
import type { Browser } from './browser.ts'

/** How an order may be paid, as the body of a request says it. */
export interface PaymentRequest {
  method?: RequestedMethod | undefined
  instalments?: Instalments
  buyerOpenId?: string
  buyerId?: string
}

/** What the merchant has contracted with Alipay. */
export interface Contracted {
  methods: ReadonlySet<PaymentMethod>
  instalments: boolean
}

export interface ChosenMethod {
  method: PaymentMethod
  /** The caller gets our own link although Alipay's can be made: WeChat's browser can not open that. */
  onlyOwnLink: boolean
  /** What payment-service receives besides the method. */
  options: Pick<OpenPayment, 'instalments' | 'buyerOpenId' | 'buyerId'>
}

const takeInstalments: ReadonlySet<RequestedMethod> = new Set(['auto', 'alipay_page', 'alipay_wap', 'alipay_app'])

/** Reads what the merchant has contracted from the settings. */
export function contractedOf(config: Pick<GatewayConfig, 'ALIPAY_PRODUCTS' | 'ALIPAY_INSTALMENTS'>): Contracted {
  return { methods: methodsOf(config.ALIPAY_PRODUCTS), instalments: config.ALIPAY_INSTALMENTS }
}

/**
 * Chooses the method of a payment; without one it is page. `methodField` is the name of the method's field in the
 * request, for messages. Throws `invalid-request` where a field does not go with the method, and
 * `payment-method-unavailable` for what is not contracted.
 */
export function chooseMethod(
  request: PaymentRequest,
  contracted: Contracted,
  browser: Browser,
  methodField: 'method' | 'paymentMethod',
): ChosenMethod {
  const { method: requested = 'alipay_page', instalments, buyerOpenId, buyerId } = request
  checkBuyer(requested, request, methodField)
  if (instalments && !takeInstalments.has(requested)) {
    throw invalidField(
      'instalments',
      `can not be given with the ${methodField} ${requested}: only page, wap and app take them`,
    )
  }
  const method = requested === 'auto' ? methodFor(browser, contracted) : requested
  if (!contracted.methods.has(method)) throw notContracted(method, contracted, methodField)
  if (instalments && !contracted.instalments) {
    throw new Problem('payment-method-unavailable', 'This shop does not offer instalments. Leave out `instalments`.')
  }
  return {
    method,
    onlyOwnLink: requested === 'auto' && browser === 'wechat',
    options: {
      ...(instalments && { instalments }),
      ...(buyerOpenId !== undefined && { buyerOpenId }),
      ...(buyerId !== undefined && { buyerId }),
    },
  }
}

/**
 * Page or wap, by the browser; the other one where only that is contracted. Throws `payment-method-unavailable` where
 * neither is.
 */
export function methodFor(browser: Browser, { methods }: Contracted): 'alipay_page' | 'alipay_wap' {
  const preferred = browser === 'desk' ? 'alipay_page' : 'alipay_wap'
  const other = browser === 'desk' ? 'alipay_wap' : 'alipay_page'
  if (methods.has(preferred)) return preferred
  if (methods.has(other)) return other
  throw new Problem(
    'payment-method-unavailable',
    `This shop takes no payments in a browser. It offers ${[...methods].join(', ')}.`,
  )
}

/** jsapi needs exactly one id of the buyer; no other method takes one. */
function checkBuyer(requested: RequestedMethod, { buyerOpenId, buyerId }: PaymentRequest, methodField: string): void {
  const given = buyerOpenId === undefined ? 'buyerId' : 'buyerOpenId'
  if (requested !== 'alipay_jsapi') {
    if (buyerOpenId === undefined && buyerId === undefined) return
    throw invalidField(given, `can only be given with the ${methodField} alipay_jsapi`)
  }
  if (buyerOpenId === undefined && buyerId === undefined) {
    throw invalidField('buyerOpenId', 'or buyerId must be given with alipay_jsapi: the buyer’s id for the mini program')
  }
  if (buyerOpenId !== undefined && buyerId !== undefined) {
    throw invalidField('buyerId', 'can not be given together with buyerOpenId: send one of them')
  }
}

function notContracted(method: PaymentMethod, { methods }: Contracted, methodField: string): Problem {
  const offered = [...methods].join(', ')
  return new Problem(
    'payment-method-unavailable',
    `This shop does not offer ${method}. Send another \`${methodField}\`: ${offered}.`,
  )
}
