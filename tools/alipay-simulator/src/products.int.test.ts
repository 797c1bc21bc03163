import { afterAll, beforeAll, expect, it } from 'vitest'
import { toBeijing } from './beijing-time.ts'
import { type Merchant, openMerchant, pagePayContent, RETURN_URL } from './test-merchant.ts'

const MINI_APP_ID = '2021000000000001'
const OPEN_ID = '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5'
const QUIT_URL = 'http://127.0.0.1:9/orders/1'

let merchant: Merchant
let orders = 0

beforeAll(async () => {
  merchant = await openMerchant()
})
afterAll(async () => {
  await merchant.close()
})

const newNo = () => `ord_p${orders++}`
const wapUrl = (no: string, biz: Record<string, unknown> = {}) =>
  merchant.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
    notify_url: merchant.notifyUrl,
    return_url: RETURN_URL,
    bizContent: pagePayContent(no, { product_code: 'QUICK_WAP_WAY', quit_url: QUIT_URL, ...biz }),
  })
const orderString = (no: string, biz: Record<string, unknown> = {}) =>
  merchant.sdk.sdkExecute('alipay.trade.app.pay', {
    notify_url: merchant.notifyUrl,
    bizContent: pagePayContent(no, { product_code: 'QUICK_MSECURITY_PAY', ...biz }),
  })
const exec = (method: string, bizContent: Record<string, unknown>) =>
  merchant.sdk.exec(method, { notify_url: merchant.notifyUrl, bizContent }, { validateSign: true })
const create = (no: string, biz: Record<string, unknown> = {}) =>
  exec(
    'alipay.trade.create',
    pagePayContent(no, { product_code: 'JSAPI_PAY', op_app_id: MINI_APP_ID, buyer_open_id: OPEN_ID, ...biz }),
  )
const precreate = (no: string, biz: Record<string, unknown> = {}) =>
  exec('alipay.trade.precreate', pagePayContent(no, { product_code: 'QR_CODE_OFFLINE', ...biz }))
const query = (no: string) => exec('alipay.trade.query', { out_trade_no: no })
const close = (no: string) => exec('alipay.trade.close', { out_trade_no: no })
const notifiesOf = (no: string) => merchant.received.filter(({ fields }) => fields.out_trade_no === no)
async function untilNotified(no: string, count = 1) {
  await expect.poll(() => notifiesOf(no).length, { interval: 10, timeout: 5_000 }).toBe(count)
  return notifiesOf(no).at(-1)!.fields
}

/** What a buyer of each product comes with, for a trade that exists or not. */
const targets = {
  page: async (no: string) => ({ url: merchant.payUrl(no) }),
  wap: async (no: string) => ({ url: wapUrl(no) }),
  app: async (no: string) => ({ orderString: orderString(no) }),
  jsapi: async (no: string) => ({ alipayTradeNo: (await create(no)).trade_no as string }),
  qr: async (no: string) => ({ qrCode: (await precreate(no)).qr_code as string }),
}
const all = Object.keys(targets) as (keyof typeof targets)[]
const productCodes = {
  page: 'FAST_INSTANT_TRADE_PAY',
  wap: 'QUICK_WAP_WAY',
  app: 'QUICK_MSECURITY_PAY',
  jsapi: 'JSAPI_PAY',
  qr: 'QR_CODE_OFFLINE',
}

it.each(all)('pays a trade of %s, notifies it and reports it', async product => {
  const no = newNo()
  const paid = await merchant.control('POST', '/pay', await targets[product](no))
  expect(paid).toMatchObject({
    status: 200,
    json: { tradeStatus: 'TRADE_SUCCESS', productCode: productCodes[product] },
  })
  expect(await untilNotified(no)).toMatchObject({ trade_status: 'TRADE_SUCCESS', total_amount: '258.00' })
  expect(await query(no)).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' })
})

it.each([
  ['page', 'ACQ.TRADE_NOT_EXIST'],
  ['wap', 'ACQ.TRADE_NOT_EXIST'],
  ['app', 'ACQ.TRADE_NOT_EXIST'],
  ['jsapi', undefined],
  ['qr', 'ACQ.TRADE_NOT_EXIST'],
] as const)('has a trade of %s as soon as Alipay does', async (product, subCode) => {
  const no = newNo()
  const target = await targets[product](no)
  expect((await query(no)).sub_code).toBe(subCode)
  await merchant.control('POST', '/open', target)
  expect(await query(no)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
})

it.each(all)('takes no money of %s after its trade was closed, except late', async product => {
  const no = newNo()
  const target = await targets[product](no)
  await merchant.control('POST', '/open', target)
  expect(await close(no)).toMatchObject({ code: '10000' })
  expect(await merchant.control('POST', '/pay', target)).toMatchObject({
    status: 409,
    json: { error: { subCode: 'ACQ.TRADE_HAS_CLOSE' } },
  })
  expect(await merchant.control('POST', '/pay', { ...target, late: true })).toMatchObject({ status: 200 })
})

it.each(['wap', 'app'] as const)('notifies that a trade of %s was closed', async product => {
  const no = newNo()
  await merchant.control('POST', '/open', await targets[product](no))
  await close(no)
  const fields = await untilNotified(no)
  expect(fields).toMatchObject({ trade_status: 'TRADE_CLOSED', gmt_close: expect.any(String) })
  expect(fields).not.toHaveProperty('receipt_amount')
  expect(fields).not.toHaveProperty('fund_bill_list')
})

it.each(['wap', 'app'] as const)('notifies that a trade of %s has expired, also after a restart', async product => {
  const soon = { time_expire: toBeijing(Date.now() + 2_000) }
  const [no, other] = [newNo(), newNo()]
  for (const each of [no, other]) {
    const target = product === 'wap' ? { url: wapUrl(each, soon) } : { orderString: orderString(each, soon) }
    expect(await merchant.control('POST', '/open', target)).toMatchObject({ status: 200 })
    if (each === no) await merchant.restart()
  }
  for (const each of [no, other]) expect(await untilNotified(each)).toMatchObject({ trade_status: 'TRADE_CLOSED' })
})

it('does not notify that a trade has expired which was paid or closed before', async () => {
  const soon = { time_expire: toBeijing(Date.now() + 2_000) }
  const [paid, closed, expiring] = [newNo(), newNo(), newNo()]
  await merchant.control('POST', '/pay', { url: wapUrl(paid, soon) })
  for (const no of [closed, expiring]) await merchant.control('POST', '/open', { url: wapUrl(no, soon) })
  await close(closed)
  await untilNotified(expiring)
  expect(notifiesOf(paid).map(({ fields }) => fields.trade_status)).toEqual(['TRADE_SUCCESS'])
  expect(notifiesOf(closed)).toHaveLength(1)
})

it.each(all)('notifies that a trade of %s is finished where Alipay does', async product => {
  const no = newNo()
  await merchant.control('POST', '/pay', await targets[product](no))
  await merchant.control('POST', '/finish', { outTradeNo: no })
  const { json } = await merchant.control('GET', `/notifies?outTradeNo=${no}`)
  const statuses = (json.items as unknown as { fields: Record<string, string> }[]).map(
    ({ fields }) => fields.trade_status,
  )
  const isNotified = product === 'wap' || product === 'app'
  expect(statuses).toEqual(isNotified ? ['TRADE_SUCCESS', 'TRADE_FINISHED'] : ['TRADE_SUCCESS'])
})

it('leaves an order code payable that a close has found no trade of', async () => {
  const no = newNo()
  const target = await targets.qr(no)
  expect(await close(no)).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 200 })
})

it('answers the same create with the same trade, and the same precreate with the same code', async () => {
  const [one, other] = [newNo(), newNo()]
  expect((await create(one)).trade_no).toBe((await create(one)).trade_no)
  expect((await precreate(other)).qr_code).toBe((await precreate(other)).qr_code)
})

it('keeps order codes over a restart', async () => {
  const target = await targets.qr(newNo())
  await merchant.restart()
  expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 200 })
})

it('refuses an order code that is unknown', async () => {
  const qrCode = 'https://qr.alipay.com/bax0'
  expect(await merchant.control('POST', '/pay', { qrCode })).toMatchObject({ status: 409 })
})

it.each([
  ['another product', { code: 'ACQ.CONTEXT_INCONSISTENT' }, (no: string) => wapUrl(no)],
  [
    'another amount',
    { code: 'ACQ.CONTEXT_INCONSISTENT' },
    (no: string) => merchant.payUrl(no, { total_amount: '1.00' }),
  ],
  [
    'other instalments',
    { code: 'ACQ.TRADE_PAYINFO_INCONSISTENT' },
    (no: string) => merchant.payUrl(no, { extend_params: { hb_fq_num: '6', hb_fq_seller_percent: '0' } }),
  ],
] as const)('refuses %s for a trade that waits', async (_what, { code }, urlOf) => {
  const no = newNo()
  await merchant.control('POST', '/open', await targets.page(no))
  expect(await merchant.control('POST', '/open', { url: urlOf(no) })).toMatchObject({
    json: { error: { subCode: code } },
  })
})

it('refuses another buyer of a mini program’s trade', async () => {
  const no = newNo()
  await create(no)
  expect(await create(no, { buyer_open_id: 'another' })).toMatchObject({ sub_code: 'ACQ.TRADE_BUYER_NOT_MATCH' })
})

it.each([
  ['without op_app_id', { op_app_id: undefined }, 'ACQ.OPEN_ID_NOT_TINY_APP'],
  ['with another op_app_id', { op_app_id: '2021000000000009' }, 'ACQ.OPEN_ID_NOT_TINY_APP'],
  ['without a buyer', { buyer_open_id: undefined }, 'ACQ.INVALID_PARAMETER'],
  ['whose buyer is the seller', { buyer_open_id: undefined, buyer_id: '2088721000000015' }, 'ACQ.BUYER_SELLER_EQUAL'],
  ['with another product code', { product_code: 'FAST_INSTANT_TRADE_PAY' }, 'ACQ.PRODUCT_NOT_SUPPORT_IN_TINY_APP'],
])('refuses a create %s', async (_what, biz, subCode) => {
  expect(await create(newNo(), biz)).toMatchObject({ sub_code: subCode })
})

it.each([undefined, 'FACE_TO_FACE_PAYMENT'])(
  'takes a precreate with product code %s for 当面付, and refuses it',
  async product_code => {
    expect(await precreate(newNo(), { product_code })).toMatchObject({ sub_code: 'isv.insufficient-isv-permissions' })
  },
)

it('makes another code for other terms while there is no trade, and refuses them once there is one', async () => {
  const no = newNo()
  const first = (await precreate(no)).qr_code as string
  const second = (await precreate(no, { total_amount: '1.00' })).qr_code as string
  expect(second).not.toBe(first)
  await merchant.control('POST', '/open', { qrCode: second })
  expect(await query(no)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY', total_amount: '1.00' })
  expect(await precreate(no)).toMatchObject({ sub_code: 'ACQ.CONTEXT_INCONSISTENT' })
  expect(await merchant.control('POST', '/pay', { qrCode: first })).toMatchObject({
    json: { error: { subCode: 'ACQ.CONTEXT_INCONSISTENT' } },
  })
})

it('uses a number with any product while there is no trade', async () => {
  const no = newNo()
  const { qrCode } = await targets.qr(no)
  expect(await merchant.control('POST', '/pay', { url: wapUrl(no) })).toMatchObject({ status: 200 })
  expect(await merchant.control('POST', '/pay', { qrCode })).toMatchObject({
    json: { error: { subCode: 'ACQ.TRADE_HAS_SUCCESS' } },
  })
})

it('names an open id instead of a buyer id where the merchant only gets that', async () => {
  const no = newNo()
  const { trade_no: alipayTradeNo } = await create(no)
  await merchant.control('POST', '/pay', { alipayTradeNo })
  const fields = await untilNotified(no)
  expect(fields).toMatchObject({ buyer_open_id: OPEN_ID })
  expect(fields).not.toHaveProperty('buyer_id')
  const found = await query(no)
  expect(found).toMatchObject({ buyer_open_id: OPEN_ID })
  expect(found).not.toHaveProperty('buyer_user_id')
})

it('takes the open id of a mini program that is another app', async () => {
  const no = newNo()
  expect(await create(no, { buyer_open_id: undefined, op_buyer_open_id: OPEN_ID })).toMatchObject({ code: '10000' })
  expect(await query(no)).toMatchObject({ buyer_open_id: OPEN_ID })
})

it('tells one of a buyer’s ids or both, the same in a query as in the notify', async () => {
  const told = new Set<string>()
  for (let trade = 0; trade < 24; trade++) {
    const no = newNo()
    await merchant.control('POST', '/pay', { url: wapUrl(no), withReturnUrl: false })
    const { buyer_id, buyer_open_id } = await untilNotified(no)
    const found = await query(no)
    expect([found.buyer_user_id, found.buyer_open_id]).toEqual([buyer_id, buyer_open_id])
    told.add([buyer_id && 'id', buyer_open_id && 'open'].filter(Boolean).join())
  }
  expect(told).toEqual(new Set(['id', 'open', 'id,open']))
})

it('notifies the instalments of a trade', async () => {
  const no = newNo()
  const url = wapUrl(no, { extend_params: { hb_fq_num: '3', hb_fq_seller_percent: '100' } })
  await merchant.control('POST', '/pay', { url })
  expect(await untilNotified(no)).toMatchObject({ hb_fq_pay_info: '{"USER_INSTALL_NUM":"3"}' })
})

it.each([
  { hb_fq_num: '4', hb_fq_seller_percent: '0' },
  { hb_fq_num: '3', hb_fq_seller_percent: '50' },
  { hb_fq_num: 3, hb_fq_seller_percent: '0' },
  { hb_fq_num: '3' },
])('refuses the instalments %j', async extend_params => {
  expect(await merchant.control('POST', '/open', { url: wapUrl(newNo(), { extend_params }) })).toMatchObject({
    json: { error: { subCode: 'ACQ.INVALID_PARAMETER' } },
  })
})

it('sends a buyer who leaves wap’s cashier to quit_url, and one who has paid to return_url', async () => {
  const no = newNo()
  const request = new URL(wapUrl(no)).search.slice(1)
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
  const url = wapUrl(newNo(), { extend_params: { hb_fq_num: '6', hb_fq_seller_percent: '0' } })
  const page = await (await fetch(url)).text()
  expect(page).toContain('width=device-width')
  expect(page).toContain('登录并确认订单')
  expect(page).toContain('花呗分期 6 期')
  expect(page).not.toContain('扫码')
})

it('gives a mini program the cashier of its own trade only, and to its buyer only', async () => {
  const [no, other] = [newNo(), newNo()]
  const { trade_no: alipayTradeNo } = await create(no)
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

it.each(all)('lets the buyer pay a trade of %s from the bill in Alipay’s app', async product => {
  const no = newNo()
  await merchant.control('POST', '/open', await targets[product](no))
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
  const opened = await merchant.control('POST', '/open', { url: wapUrl(newNo(), period) })
  const { createdAt, expiresAt } = opened.json as unknown as { createdAt: string; expiresAt: string }
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(5 * 60_000)
})

it('refuses a target that is none, or two', async () => {
  for (const target of [{}, { url: wapUrl(newNo()), qrCode: 'https://qr.alipay.com/bax0' }]) {
    expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 400 })
  }
})

it('refuses products that are not contracted, and old ids of buyers of a new app', async () => {
  await merchant.restart({ products: ['page', 'jsapi'], buyerIds: 'open' })
  expect(await merchant.control('POST', '/open', { url: wapUrl(newNo()) })).toMatchObject({
    json: { error: { subCode: 'ACQ.ACCESS_FORBIDDEN' } },
  })
  expect(await precreate(newNo())).toMatchObject({ sub_code: 'ACQ.ACCESS_FORBIDDEN' })
  expect(await create(newNo(), { buyer_open_id: undefined, buyer_id: '2088722000000017' })).toMatchObject({
    sub_code: 'ACQ.BUYER_NOT_EXIST',
  })
  const no = newNo()
  expect(await merchant.control('POST', '/pay', await targets.page(no))).toMatchObject({ status: 200 })
  const fields = await untilNotified(no)
  expect(fields).toHaveProperty('buyer_open_id')
  expect(fields).not.toHaveProperty('buyer_id')
})
