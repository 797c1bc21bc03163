import { methodsOf, type OpenPayment } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { expect, it } from 'vitest'
import { checkMethod, type MethodSettings } from './check-method.ts'

const all: MethodSettings = {
  methods: methodsOf('page,wap,app,jsapi,qr'),
  instalments: true,
  miniAppId: '2021000000000001',
  notifyUrl: 'https://shop.example/api/payment/notify',
}
const request: OpenPayment = {
  orderId: 'ord_00000000000000000000000000000001',
  method: 'alipay_page',
  as: 'url',
  returnUrl: 'https://shop.example/result',
}
const jsapi: OpenPayment = { ...request, method: 'alipay_jsapi', buyerOpenId: 'open_1' }
const instalments = { number: 3, sellerPaysFee: false } as const

function problemOf(given: OpenPayment, settings: MethodSettings): string | undefined {
  try {
    checkMethod(given, settings)
    return undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return `${error.status} ${error.message}`
  }
}

it.each([
  [
    'a product that is not contracted',
    { ...request, method: 'alipay_qr' as const },
    { methods: methodsOf('page') },
    'ALIPAY_PRODUCTS',
  ],
  ['instalments that are off', { ...request, instalments }, { instalments: false }, 'ALIPAY_INSTALMENTS'],
  ['a mini program without its id', jsapi, { miniAppId: undefined }, 'ALIPAY_MINI_APP_ID'],
])('names the setting for %s', (_name, given, change, setting) => {
  expect(problemOf(given, { ...all, ...change })).toMatch(new RegExp(`^422 .*${setting}`))
})

it.each([
  ['page', request],
  ['page as a form', { ...request, as: 'form' as const }],
  ['page in instalments', { ...request, instalments }],
  ['wap', { ...request, method: 'alipay_wap' as const, quitUrl: 'https://shop.example/' }],
  ['app', { ...request, method: 'alipay_app' as const }],
  ['an open id', jsapi],
  ['an order code', { ...request, method: 'alipay_qr' as const }],
])('accepts %s', (_name, given) => {
  expect(problemOf(given, all)).toBeUndefined()
})
