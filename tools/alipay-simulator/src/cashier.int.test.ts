import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { buyers } from './cashier/cashier.ts'
import { type Merchant, openMerchant, pagePayContent, RETURN_URL } from './test-merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant()
})
afterAll(() => merchant.close())

const unescapeHtml = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** The hidden fields a browser would send with the page's form. */
function hiddenFields(page: string): Record<string, string> {
  const found = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...found].map(([, name, value]) => [name!, unescapeHtml(value!)]))
}

async function press(page: string, action: string, more: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ ...hiddenFields(page), ...more, action })
  return await fetch(`${merchant.simulator.url}/cashier`, { method: 'POST', body, redirect: 'manual' })
}

const subCode = (page: string) => /data-sub-code="([^"]+)"/.exec(page)?.[1]
const open = async (url: string) => (await fetch(url)).text()

it('shows the order, accepts login and payment, and sends the buyer back with a signed return', async () => {
  const first = await open(merchant.payUrl('cash_1'))
  expect(first).toContain('订单支付: cash_1')
  expect(first).toContain('</span>258.00')
  const second = await (await press(first, 'login')).text()
  expect(second).toContain('确认付款 ¥258.00')
  expect((await merchant.control('GET', '/trades/cash_1')).json).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY' })
  const paid = await press(second, 'pay')
  expect(paid.status).toBe(303)
  expect(paid.headers.get('location')).toContain(`${RETURN_URL}&charset=utf-8&out_trade_no=cash_1`)
  await vi.waitFor(() => expect(merchant.received.map(({ fields }) => fields.out_trade_no)).toContain('cash_1'))
})

it('shows the same cashier for the SDK’s POST form', async () => {
  const form = merchant.sdk.pageExecute('alipay.trade.page.pay', 'POST', {
    notify_url: merchant.notifyUrl,
    bizContent: pagePayContent('cash_2', { subject: '茶 "一级" <b>50%+<b>' }),
  })
  const action = /action="([^"]+)"/.exec(form)![1]!
  const response = await fetch(action, { method: 'POST', body: new URLSearchParams(hiddenFields(form)) })
  const page = await response.text()
  expect(page).toContain('茶 &quot;一级&quot; &lt;b&gt;50%+&lt;b&gt;')
  expect(page).not.toContain('<b>50%')
  const paid = await press(await (await press(page, 'login')).text(), 'pay')
  expect(await paid.text()).toContain('付款成功')
})

it('pays nothing and adds no parameters of Alipay when the buyer leaves', async () => {
  const left = await press(await open(merchant.payUrl('cash_3')), 'leave')
  expect(left.headers.get('location')).toBe(RETURN_URL)
  expect((await merchant.control('GET', '/trades/cash_3')).status).toBe(404)
})

it('lets the buyer cancel the trade, whose link is refused afterwards', async () => {
  const url = merchant.payUrl('cash_4')
  const second = await (await press(await open(url), 'login')).text()
  expect(await (await press(second, 'close')).text()).toContain('交易已取消')
  expect(subCode(await open(url))).toBe('ACQ.TRADE_HAS_CLOSE')
  expect(subCode(await (await press(second, 'pay')).text())).toBe('ACQ.TRADE_HAS_CLOSE')
})

it('reserves a waiting trade for its first buyer', async () => {
  const url = merchant.payUrl('cash_5')
  const page = await open(url)
  await press(page, 'login', { buyer: buyers[0].buyerId })
  expect(subCode(await (await press(page, 'login', { buyer: buyers[1]!.buyerId })).text())).toBe(
    'ACQ.TRADE_BUYER_NOT_MATCH',
  )
  expect(subCode(await (await press(page, 'pay', { buyer: buyers[1]!.buyerId })).text())).toBe(
    'ACQ.TRADE_BUYER_NOT_MATCH',
  )
  expect(await (await press(await open(url), 'login', { buyer: buyers[0].buyerId })).text()).toContain('确认付款')
})

it('refuses the same order with another amount while it waits, and any request once it is paid', async () => {
  await merchant.control('POST', '/open', { url: merchant.payUrl('cash_6') })
  expect(subCode(await open(merchant.payUrl('cash_6', { total_amount: '1.00' })))).toBe('ACQ.CONTEXT_INCONSISTENT')
  await merchant.control('POST', '/pay', { outTradeNo: 'cash_6' })
  expect(subCode(await open(merchant.payUrl('cash_6')))).toBe('ACQ.TRADE_HAS_SUCCESS')
})

it('answers an invalid request with a page that names Alipay’s code, and creates no trade', async () => {
  const url = merchant.payUrl('cash_7')
  expect(subCode(await open(url.replace('258.00', '1.00')))).toBe('isv.invalid-signature')
  expect(subCode(await open(`${url}&app_id=1`))).toBe('isv.invalid-parameter')
  expect(subCode(await open(merchant.payUrl('cash_7', {}, { notify_url: 'http://10.0.0.1/n' })))).toBe(
    'isv.invalid-notify-url',
  )
  expect(subCode(await open(merchant.payUrl('cash_7', { total_amount: '0' })))).toBe('ACQ.INVALID_PARAMETER')
  const forged = await press(await open(url), 'login', { request: 'method=alipay.trade.page.pay' })
  expect(subCode(await forged.text())).toBe('isv.missing-app-id')
  expect((await press('', 'explode')).status).toBe(400)
  expect((await press('', '__proto__')).status).toBe(400)
  expect((await merchant.control('GET', '/trades/cash_7')).status).toBe(404)
})

it('forbids foreign scripts and caching of pages', async () => {
  const response = await fetch(merchant.payUrl('cash_8'))
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(response.headers.get('cache-control')).toBe('no-store')
})

it('accepts one payment of 50 buyers at the same time', async () => {
  const url = merchant.payUrl('cash_9')
  const results = await Promise.all(Array.from({ length: 50 }, () => merchant.control('POST', '/pay', { url })))
  expect(results.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(results.filter(({ status }) => status === 409)).toHaveLength(49)
  const notifies = await merchant.control('GET', '/notifies?outTradeNo=cash_9')
  expect(notifies.json.items).toHaveLength(1)
})
