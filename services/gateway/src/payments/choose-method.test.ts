import type { PaymentMethod } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { expect, it } from 'vitest'
import type { Browser } from './browser.ts'
import { chooseMethod, contractedOf, methodFor, type PaymentRequest } from './choose-method.ts'

const everything = contractedOf({ ALIPAY_PRODUCTS: 'page,wap,app,jsapi,qr', ALIPAY_INSTALMENTS: true })
const instalments = { number: 6, sellerPaysFee: false } as const

it.each<[Browser, string, PaymentMethod | undefined]>([
  ['desk', 'page,wap', 'alipay_page'],
  ['desk', 'wap,app', 'alipay_wap'],
  ['phone', 'page,wap', 'alipay_wap'],
  ['phone', 'page', 'alipay_page'],
  ['wechat', 'page,wap', 'alipay_wap'],
  ['wechat', 'page,qr', 'alipay_page'],
  ['desk', 'app,qr', undefined],
  ['phone', 'jsapi', undefined],
])('chooses for a %s with %s: %s', (browser, products, method) => {
  const contracted = contractedOf({ ALIPAY_PRODUCTS: products, ALIPAY_INSTALMENTS: false })
  if (method) expect(methodFor(browser, contracted)).toBe(method)
  else expect(() => methodFor(browser, contracted)).toThrow(/^This shop takes no payments in a browser/)
})

it('is page where no method is given, whatever the browser', () => {
  expect(chooseMethod({}, everything, 'phone', 'method')).toEqual({
    method: 'alipay_page',
    onlyOwnLink: false,
    options: {},
  })
})

it("answers WeChat's browser with our own link, but only for auto", () => {
  expect(chooseMethod({ method: 'auto' }, everything, 'wechat', 'method')).toMatchObject({
    method: 'alipay_wap',
    onlyOwnLink: true,
  })
  expect(chooseMethod({ method: 'alipay_wap' }, everything, 'wechat', 'method').onlyOwnLink).toBe(false)
})

it.each<[PaymentRequest]>([
  [{ method: 'alipay_jsapi', buyerOpenId: 'open-1' }],
  [{ method: 'alipay_jsapi', buyerId: '2088000000000002' }],
  [{ method: 'auto', instalments }],
  [{ method: 'alipay_page', instalments }],
  [{ method: 'alipay_wap', instalments }],
  [{ method: 'alipay_app', instalments }],
  [{ instalments }],
])('passes the options of %j on', request => {
  const { method: _method, ...options } = request
  expect(chooseMethod(request, everything, 'desk', 'method').options).toEqual(options)
})

it.each<[PaymentRequest, string]>([
  [{ method: 'alipay_jsapi' }, 'buyerOpenId'],
  [{ method: 'alipay_jsapi', buyerOpenId: 'a', buyerId: '2088000000000002' }, 'buyerId'],
  [{ buyerOpenId: 'a' }, 'buyerOpenId'],
  [{ method: 'auto', buyerId: '2088000000000002' }, 'buyerId'],
  [{ method: 'alipay_qr', buyerOpenId: 'a' }, 'buyerOpenId'],
  [{ method: 'alipay_qr', instalments }, 'instalments'],
  [{ method: 'alipay_jsapi', buyerOpenId: 'a', instalments }, 'instalments'],
])('refuses %j naming %s', (request, field) => {
  const refused = refusalOf(request)
  expect([refused.type, refused.extra.errors]).toMatchObject(['invalid-request', [{ field }]])
})

it.each<[string, PaymentRequest, RegExp]>([
  ['wap', {}, /does not offer alipay_page\. Send another `method`: alipay_wap\./],
  ['page,wap', { method: 'alipay_qr' }, /alipay_qr/],
  ['page,wap', { method: 'alipay_jsapi', buyerOpenId: 'a' }, /alipay_jsapi/],
  ['page,wap', { method: 'auto', instalments }, /Leave out `instalments`/],
])('refuses with the products %s what is not contracted: %j', (products, request, message) => {
  const refused = refusalOf(request, products)
  expect(refused.type).toBe('payment-method-unavailable')
  expect(refused.message).toMatch(message)
})

function refusalOf(request: PaymentRequest, products = 'page,wap,app,jsapi,qr'): Problem {
  const contracted = contractedOf({ ALIPAY_PRODUCTS: products, ALIPAY_INSTALMENTS: false })
  try {
    chooseMethod(request, contracted, 'desk', 'method')
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was refused')
}
