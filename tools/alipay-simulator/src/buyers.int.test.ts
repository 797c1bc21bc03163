import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Merchant, openMerchant, pagePayContent, RETURN_URL } from './test-merchant.ts'
import { allProducts, OPEN_ID, productsOf, QUIT_URL } from './test-products.ts'

let merchant: Merchant
let shop: ReturnType<typeof productsOf>
let orders = 0

beforeAll(async () => {
  merchant = await openMerchant()
  shop = productsOf(merchant)
})
afterAll(() => merchant.close())

const newNo = () => `ord_b${orders++}`

it('refuses an order code that is unknown', async () => {
  const qrCode = 'https://qr.alipay.com/bax0'
  expect(await merchant.control('POST', '/pay', { qrCode })).toMatchObject({ status: 409 })
})

it('names an open id instead of a buyer id where the merchant only gets that', async () => {
  const no = newNo()
  const { trade_no: alipayTradeNo } = await shop.create(no)
  await merchant.control('POST', '/pay', { alipayTradeNo })
  const fields = await shop.untilNotified(no)
  expect(fields).toMatchObject({ buyer_open_id: OPEN_ID })
  expect(fields).not.toHaveProperty('buyer_id')
  const found = await shop.query(no)
  expect(found).toMatchObject({ buyer_open_id: OPEN_ID })
  expect(found).not.toHaveProperty('buyer_user_id')
})

it('takes the open id of a mini program that is another app', async () => {
  const no = newNo()
  expect(await shop.create(no, { buyer_open_id: undefined, op_buyer_open_id: OPEN_ID })).toMatchObject({
    code: '10000',
  })
  expect(await shop.query(no)).toMatchObject({ buyer_open_id: OPEN_ID })
})

it('tells one of a buyer’s ids or both, the same in a query as in the notify', async () => {
  const told = new Set<string>()
  for (let trade = 0; trade < 24; trade++) {
    const no = newNo()
    await merchant.control('POST', '/pay', { url: shop.wapUrl(no), withReturnUrl: false })
    const { buyer_id, buyer_open_id } = await shop.untilNotified(no)
    const found = await shop.query(no)
    expect([found.buyer_user_id, found.buyer_open_id]).toEqual([buyer_id, buyer_open_id])
    told.add([buyer_id && 'id', buyer_open_id && 'open'].filter(Boolean).join())
  }
  expect(told).toEqual(new Set(['id', 'open', 'id,open']))
})

it('notifies the instalments of a trade', async () => {
  const no = newNo()
  const url = shop.wapUrl(no, { extend_params: { hb_fq_num: '3', hb_fq_seller_percent: '100' } })
  await merchant.control('POST', '/pay', { url })
  expect(await shop.untilNotified(no)).toMatchObject({ hb_fq_pay_info: '{"USER_INSTALL_NUM":"3"}' })
})

it.each([
  { hb_fq_num: '4', hb_fq_seller_percent: '0' },
  { hb_fq_num: '3', hb_fq_seller_percent: '50' },
  { hb_fq_num: 3, hb_fq_seller_percent: '0' },
  { hb_fq_num: '3' },
])('refuses the instalments %j', async extend_params => {
  expect(await merchant.control('POST', '/open', { url: shop.wapUrl(newNo(), { extend_params }) })).toMatchObject({
    json: { error: { subCode: 'ACQ.INVALID_PARAMETER' } },
  })
})

it('sends a buyer who leaves wap’s cashier to quit_url, and one who has paid to return_url', async () => {
  const no = newNo()
  const request = new URL(shop.wapUrl(no)).search.slice(1)
  const press = async (action: string) => {
    const body = new URLSearchParams({ request, action })
    return await fetch(`${merchant.simulator.url}/cashier`, { method: 'POST', body, redirect: 'manual' })
  }
  expect((await press('leave')).headers.get('location')).toBe(QUIT_URL)
  expect((await press('login')).status).toBe(200)
  const back = new URL((await press('pay')).headers.get('location')!)
  expect(back.searchParams.get('method')).toBe('alipay.trade.wap.pay.return')
})

it('shows on a phone what is paid, in how many instalments, and one button to confirm', async () => {
  const url = shop.wapUrl(newNo(), { extend_params: { hb_fq_num: '6', hb_fq_seller_percent: '0' } })
  const page = await (await fetch(url)).text()
  expect(page).toContain('width=device-width')
  expect(page).toContain('登录并确认订单')
  expect(page).toContain('花呗分期 6 期')
  expect(page).not.toContain('扫码')
})

it('gives a mini program the cashier of its own trade only, and to its buyer only', async () => {
  const [no, other] = [newNo(), newNo()]
  const { trade_no: alipayTradeNo } = await shop.create(no)
  const open = (body: object) => merchant.control('POST', '/open', body)
  expect(await open({ alipayTradeNo })).toMatchObject({ json: { outTradeNo: no, buyerOpenId: OPEN_ID } })
  expect(await open({ alipayTradeNo, buyerId: OPEN_ID })).toMatchObject({ status: 200 })
  expect(await open({ alipayTradeNo, buyerId: 'another' })).toMatchObject({
    json: { error: { subCode: 'ACQ.TRADE_BUYER_NOT_MATCH' } },
  })
  await merchant.control('POST', '/close', { outTradeNo: no })
  expect(await open({ alipayTradeNo })).toMatchObject({ json: { error: { subCode: 'ACQ.TRADE_HAS_CLOSE' } } })
  const { json } = await open({ url: merchant.payUrl(other) })
  expect(await merchant.control('POST', '/pay', { alipayTradeNo: json.tradeNo })).toMatchObject({
    json: { error: { subCode: 'ACQ.TRADE_NOT_EXIST' } },
  })
})

it.each(allProducts)('lets the buyer pay a trade of %s from the bill in Alipay’s app', async product => {
  const no = newNo()
  await merchant.control('POST', '/open', await shop.targets[product](no))
  expect(await merchant.control('POST', '/pay', { outTradeNo: no })).toMatchObject({ status: 200 })
})

it('sends no buyer of an app back to a return_url', async () => {
  const app = merchant.sdk.sdkExecute('alipay.trade.app.pay', {
    return_url: RETURN_URL,
    bizContent: pagePayContent(newNo(), { product_code: 'QUICK_MSECURITY_PAY' }),
  })
  const { status, json } = await merchant.control('POST', '/pay', { orderString: app })
  expect(status).toBe(200)
  expect(json).not.toHaveProperty('returnUrl')
})

it('counts timeout_express from the buyer’s confirmation, and less than five minutes as five on a phone', async () => {
  const period = { time_expire: undefined, timeout_express: '1m' }
  const opened = await merchant.control('POST', '/open', { url: shop.wapUrl(newNo(), period) })
  const { createdAt, expiresAt } = opened.json as unknown as { createdAt: string; expiresAt: string }
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(5 * 60_000)
})

it('refuses a target that is none, or two', async () => {
  for (const target of [{}, { url: shop.wapUrl(newNo()), qrCode: 'https://qr.alipay.com/bax0' }]) {
    expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 400 })
  }
})

it('refuses products that are not contracted, and old ids of buyers of a new app', async () => {
  await merchant.restart({ products: ['page', 'jsapi'], buyerIds: 'open' })
  expect(await merchant.control('POST', '/open', { url: shop.wapUrl(newNo()) })).toMatchObject({
    json: { error: { subCode: 'ACQ.ACCESS_FORBIDDEN' } },
  })
  expect(await shop.precreate(newNo())).toMatchObject({ sub_code: 'ACQ.ACCESS_FORBIDDEN' })
  expect(await shop.create(newNo(), { buyer_open_id: undefined, buyer_id: '2088722000000017' })).toMatchObject({
    sub_code: 'ACQ.BUYER_NOT_EXIST',
  })
  const no = newNo()
  expect(await merchant.control('POST', '/pay', await shop.targets.page(no))).toMatchObject({ status: 200 })
  const fields = await shop.untilNotified(no)
  expect(fields).toHaveProperty('buyer_open_id')
  expect(fields).not.toHaveProperty('buyer_id')
})
