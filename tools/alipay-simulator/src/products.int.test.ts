import { afterAll, beforeAll, expect, it } from 'vitest'
import { toBeijing } from './beijing-time.ts'
import { type Merchant, openMerchant } from './test-merchant.ts'
import { allProducts, productCodes, productsOf } from './test-products.ts'

let merchant: Merchant
let shop: ReturnType<typeof productsOf>
let orders = 0

beforeAll(async () => {
  merchant = await openMerchant()
  shop = productsOf(merchant)
})
afterAll(() => merchant.close())

const newNo = () => `ord_p${orders++}`
const close = (no: string) => shop.exec('alipay.trade.close', { out_trade_no: no })

it.each(allProducts)('pays a trade of %s, notifies it and reports it', async product => {
  const no = newNo()
  const paid = await merchant.control('POST', '/pay', await shop.targets[product](no))
  expect(paid).toMatchObject({
    status: 200,
    json: { tradeStatus: 'TRADE_SUCCESS', productCode: productCodes[product] },
  })
  expect(await shop.untilNotified(no)).toMatchObject({ trade_status: 'TRADE_SUCCESS', total_amount: '258.00' })
  expect(await shop.query(no)).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' })
})

it.each([
  ['page', 'ACQ.TRADE_NOT_EXIST'],
  ['wap', 'ACQ.TRADE_NOT_EXIST'],
  ['app', 'ACQ.TRADE_NOT_EXIST'],
  ['jsapi', undefined],
  ['qr', 'ACQ.TRADE_NOT_EXIST'],
] as const)('has a trade of %s as soon as Alipay does', async (product, subCode) => {
  const no = newNo()
  const target = await shop.targets[product](no)
  expect((await shop.query(no)).sub_code).toBe(subCode)
  await merchant.control('POST', '/open', target)
  expect(await shop.query(no)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
})

it.each(allProducts)('takes no money of %s after its trade was closed, except late', async product => {
  const no = newNo()
  const target = await shop.targets[product](no)
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
  await merchant.control('POST', '/open', await shop.targets[product](no))
  await close(no)
  const fields = await shop.untilNotified(no)
  expect(fields).toMatchObject({ trade_status: 'TRADE_CLOSED', gmt_close: expect.any(String) })
  expect(fields).not.toHaveProperty('receipt_amount')
  expect(fields).not.toHaveProperty('fund_bill_list')
})

it.each(['wap', 'app'] as const)('notifies that a trade of %s has expired, also after a restart', async product => {
  const [no, other] = [newNo(), newNo()]
  for (const each of [no, other]) {
    const soon = { time_expire: toBeijing(Date.now() + 2_000) }
    const target = product === 'wap' ? { url: shop.wapUrl(each, soon) } : { orderString: shop.orderString(each, soon) }
    expect(await merchant.control('POST', '/open', target)).toMatchObject({ status: 200 })
    if (each === no) await merchant.restart()
  }
  for (const each of [no, other]) expect(await shop.untilNotified(each)).toMatchObject({ trade_status: 'TRADE_CLOSED' })
})

it('does not notify that a trade has expired which was paid or closed before', async () => {
  const soon = { time_expire: toBeijing(Date.now() + 2_000) }
  const [paid, closed, expiring] = [newNo(), newNo(), newNo()]
  await merchant.control('POST', '/pay', { url: shop.wapUrl(paid, soon) })
  for (const no of [closed, expiring]) await merchant.control('POST', '/open', { url: shop.wapUrl(no, soon) })
  await close(closed)
  await shop.untilNotified(expiring)
  expect(shop.notifiesOf(paid).map(({ fields }) => fields.trade_status)).toEqual(['TRADE_SUCCESS'])
  expect(shop.notifiesOf(closed)).toHaveLength(1)
})

it.each(allProducts)('notifies that a trade of %s is finished where Alipay does', async product => {
  const no = newNo()
  await merchant.control('POST', '/pay', await shop.targets[product](no))
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
  const target = await shop.targets.qr(no)
  expect(await close(no)).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 200 })
})

it('answers the same create with the same trade, and the same precreate with the same code', async () => {
  const [one, other] = [newNo(), newNo()]
  expect((await shop.create(one)).trade_no).toBe((await shop.create(one)).trade_no)
  expect((await shop.precreate(other)).qr_code).toBe((await shop.precreate(other)).qr_code)
})

it('keeps order codes over a restart', async () => {
  const target = await shop.targets.qr(newNo())
  await merchant.restart()
  expect(await merchant.control('POST', '/pay', target)).toMatchObject({ status: 200 })
})

it.each([
  ['another product', { code: 'ACQ.CONTEXT_INCONSISTENT' }, (no: string) => shop.wapUrl(no)],
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
  await merchant.control('POST', '/open', await shop.targets.page(no))
  expect(await merchant.control('POST', '/open', { url: urlOf(no) })).toMatchObject({
    json: { error: { subCode: code } },
  })
})

it('refuses another buyer of a mini program’s trade', async () => {
  const no = newNo()
  await shop.create(no)
  expect(await shop.create(no, { buyer_open_id: 'another' })).toMatchObject({ sub_code: 'ACQ.TRADE_BUYER_NOT_MATCH' })
})

it.each([
  ['without op_app_id', { op_app_id: undefined }, 'ACQ.OPEN_ID_NOT_TINY_APP'],
  ['with another op_app_id', { op_app_id: '2021000000000009' }, 'ACQ.OPEN_ID_NOT_TINY_APP'],
  ['without a buyer', { buyer_open_id: undefined }, 'ACQ.INVALID_PARAMETER'],
  ['whose buyer is the seller', { buyer_open_id: undefined, buyer_id: '2088721000000015' }, 'ACQ.BUYER_SELLER_EQUAL'],
  ['with another product code', { product_code: 'FAST_INSTANT_TRADE_PAY' }, 'ACQ.PRODUCT_NOT_SUPPORT_IN_TINY_APP'],
])('refuses a create %s', async (_what, biz, subCode) => {
  expect(await shop.create(newNo(), biz)).toMatchObject({ sub_code: subCode })
})

it.each([undefined, 'FACE_TO_FACE_PAYMENT'])(
  'takes a precreate with product code %s for 当面付, and refuses it',
  async product_code => {
    expect(await shop.precreate(newNo(), { product_code })).toMatchObject({
      sub_code: 'isv.insufficient-isv-permissions',
    })
  },
)

it('makes another code for other terms while there is no trade, and refuses them once there is one', async () => {
  const no = newNo()
  const first = (await shop.precreate(no)).qr_code as string
  const second = (await shop.precreate(no, { total_amount: '1.00' })).qr_code as string
  expect(second).not.toBe(first)
  await merchant.control('POST', '/open', { qrCode: second })
  expect(await shop.query(no)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY', total_amount: '1.00' })
  expect(await shop.precreate(no)).toMatchObject({ sub_code: 'ACQ.CONTEXT_INCONSISTENT' })
  expect(await merchant.control('POST', '/pay', { qrCode: first })).toMatchObject({
    json: { error: { subCode: 'ACQ.CONTEXT_INCONSISTENT' } },
  })
})

it('uses a number with any product while there is no trade', async () => {
  const no = newNo()
  const { qrCode } = await shop.targets.qr(no)
  expect(await merchant.control('POST', '/pay', { url: shop.wapUrl(no) })).toMatchObject({ status: 200 })
  expect(await merchant.control('POST', '/pay', { qrCode })).toMatchObject({
    json: { error: { subCode: 'ACQ.TRADE_HAS_SUCCESS' } },
  })
})
