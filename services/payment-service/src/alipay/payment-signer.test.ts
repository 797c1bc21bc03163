import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { createPagePay } from './page-pay.ts'
import { AlipaySdk } from './sdk.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const gateway = 'https://openapi.alipay.example/gateway.do'
const notifyUrl = 'https://shop.example/api/payment/notify'
const sdk = new AlipaySdk({
  appId: '9021000000000001',
  gateway,
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  keyType: 'PKCS8',
})
const pagePay = createPagePay({ appId: '9021000000000001', gateway, notifyUrl, privateKey })
const request = {
  orderId: 'ord_00000000000000000000000000000001',
  outTradeNo: 'ord_00000000000000000000000000000001_2',
  amountFen: 25_800,
  timeExpire: new Date('2026-01-02T03:34:05.000Z'),
  returnUrl: 'https://shop.example/payment/result?order_id=ord_1&t=1767323045000&sign=ab"<c>&copy;',
  now: new Date('2026-01-02T03:04:05.000Z'),
}
const bizContent = {
  out_trade_no: request.outTradeNo,
  product_code: 'FAST_INSTANT_TRADE_PAY',
  subject: '订单支付: ord_00000000000000000000000000000001',
  time_expire: '2026-01-02 11:34:05',
  total_amount: '258.00',
}

it('makes the same signature as the SDK', async () => {
  const theirs = sdk.sdkExecute(
    'alipay.trade.page.pay',
    { notify_url: notifyUrl, return_url: request.returnUrl, timestamp: '2026-01-02 11:04:05', biz_content: bizContent },
    { bizContentAutoSnakeCase: false },
  )
  const url = new URL(await pagePay.url(request))
  expect(`${url.origin}${url.pathname}`).toBe(gateway)
  expect(Object.fromEntries(url.searchParams)).toEqual(Object.fromEntries(new URLSearchParams(theirs)))
})

it('puts the same parameters into the form as into the URL, also ones that a browser unescapes', async () => {
  const form = await pagePay.form(request)
  const attribute = (pattern: RegExp) => unescapeHtml(pattern.exec(form)?.[1] ?? '')
  const action = new URL(attribute(/action="([^"]*)"/))
  const fields = { ...Object.fromEntries(action.searchParams), biz_content: attribute(/value="([^"]*)"/) }
  expect(fields).toEqual(Object.fromEntries(new URL(await pagePay.url(request)).searchParams))
  expect(form).toContain('method="post"')
  expect(form).toContain('name="biz_content"')
  expect(form).toContain('.submit()')
})

/** Undoes every character reference, as a browser does when it reads an attribute. */
function unescapeHtml(text: string): string {
  const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", copy: '©' }
  return text.replaceAll(/&([a-z]+|#39);/g, (whole, name) => references[name] ?? whole)
}
