import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { toBeijing } from './beijing-time.ts'
import { type Merchant, openMerchant, sdkFor } from './test-merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant({ refundGapMs: 0 })
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('DELETE', '/faults'))

const call = (method: string, bizContent: object) => merchant.sdk.exec(method, { bizContent }, { validateSign: true })
const query = (outTradeNo: string) => call('alipay.trade.query', { out_trade_no: outTradeNo })
const refund = (outTradeNo: string, requestNo: string) =>
  call('alipay.trade.refund', { out_trade_no: outTradeNo, refund_amount: '1.00', out_request_no: requestNo })
const pay = (outTradeNo: string, body: object = {}) =>
  merchant.control('POST', '/pay', { url: merchant.payUrl(outTradeNo), withReturnUrl: false, ...body })
const faults = (body: object) => merchant.control('POST', '/faults', body)

async function refundsOf(outTradeNo: string): Promise<unknown> {
  return (await merchant.control('GET', `/trades/${outTradeNo}`)).json.refunds
}

/** What arrived about a trade, as it was sent. */
async function received(outTradeNo: string, count = 1): Promise<Record<string, string>[]> {
  return await vi.waitFor(
    () => {
      const about = merchant.received.filter(({ fields }) => fields.subject?.endsWith(outTradeNo))
      expect(about).toHaveLength(count)
      return about.map(({ fields }) => fields)
    },
    { timeout: 5_000, interval: 10 },
  )
}

it('hangs after a call took effect, for one method and once', async () => {
  await pay('f_1')
  await faults({ gateway: 'hang', slowMs: 60_000, methods: ['alipay.trade.refund'], gatewayTimes: 1 })
  const impatient = sdkFor(merchant.simulator, { timeout: 500 })
  const bizContent = { out_trade_no: 'f_1', refund_amount: '1.00', out_request_no: 'r1' }
  await expect(impatient.exec('alipay.trade.refund', { bizContent })).rejects.toThrow()
  expect(await query('f_1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  expect(await refund('f_1', 'r1')).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '1.00' })
  expect(await refundsOf('f_1')).toMatchObject([{ outRequestNo: 'r1' }])
})

it.each(['reset', 'html_after', 'busy_after', 'bad_sign', 'no_sign'])(
  'with %s a call takes effect and the answer is of no use',
  async gateway => {
    const outTradeNo = `f_2_${gateway}`
    await pay(outTradeNo)
    await faults({ gateway })
    const asked = refund(outTradeNo, 'r1')
    if (gateway === 'busy_after') expect(await asked).toMatchObject({ code: '20000' })
    else await expect(asked).rejects.toThrow()
    await merchant.control('DELETE', '/faults')
    expect(await refundsOf(outTradeNo)).toHaveLength(1)
  },
)

it('lets no call take effect with busy and error', async () => {
  await pay('f_3')
  await faults({ gateway: 'busy' })
  expect(await refund('f_3', 'r1')).toMatchObject({ code: '20000', sub_code: 'isp.unknow-error' })
  await faults({ gateway: 'error' })
  await expect(refund('f_3', 'r1')).rejects.toThrow()
  expect(await refundsOf('f_3')).toBeUndefined()
})

it.each([
  ['amount', { total_amount: '0.01' }],
  ['seller', { seller_id: '2088000000000000' }],
  ['app', { app_id: '2088000000000000' }],
  ['order', { out_trade_no: 'redro_4_f' }],
])('sends a notify that names another %s under a valid signature', async (notify, changed) => {
  await faults({ notify })
  await pay(`f_4_${notify}`)
  const [fields] = await received(`f_4_${notify}`)
  expect(fields).toMatchObject(changed)
  expect(merchant.sdk.checkNotifySignV2(fields!)).toBe(true)
  const { json } = await merchant.control('GET', `/notifies?outTradeNo=f_4_${notify}`)
  expect(json.items).toMatchObject([{ attempts: [{ fault: notify, outcome: 'delivered' }] }])
})

it('sends notifies with a wrong, missing or SHA1 signature, or a repeated parameter', async () => {
  await faults({ notify: 'bad_sign' })
  await pay('f_5')
  expect(merchant.sdk.checkNotifySignV2((await received('f_5'))[0]!)).toBe(false)
  await faults({ notify: 'no_sign' })
  await pay('f_6')
  expect((await received('f_6'))[0]).not.toHaveProperty('sign')
  await faults({ notify: 'sha1' })
  await pay('f_7')
  const [weak] = await received('f_7')
  expect(weak).toMatchObject({ sign_type: 'RSA' })
  // The SDK takes it, which is why a merchant has to look at sign_type.
  expect(merchant.sdk.checkNotifySignV2(weak!)).toBe(true)
  await faults({ notify: 'duplicate_parameter' })
  await pay('f_8')
  const [doubled] = await received('f_8')
  expect(doubled).toMatchObject({ total_amount: '0.01' })
  expect(merchant.sdk.checkNotifySignV2({ ...doubled, total_amount: '258.00' })).toBe(true)
})

it('sends a notify after the next one', async () => {
  await faults({ notify: 'reorder', delayMs: 30_000 })
  const before = merchant.received.length
  await pay('f_9')
  await pay('f_10')
  await received('f_9')
  expect(merchant.received.slice(before).map(({ fields }) => fields.out_trade_no)).toEqual(['f_10', 'f_9'])
})

it('sends the notify before the buyer returns', async () => {
  await faults({ notifyBeforeReturn: true })
  await pay('f_11')
  expect(merchant.received.at(-1)).toMatchObject({ fields: { out_trade_no: 'f_11', trade_status: 'TRADE_SUCCESS' } })
})

it('accepts late payments of a closed trade and an expired link, and none of a refunded trade', async () => {
  const url = merchant.payUrl('f_12')
  await merchant.control('POST', '/open', { url })
  await call('alipay.trade.close', { out_trade_no: 'f_12' })
  expect(await merchant.control('POST', '/pay', { url, late: true })).toMatchObject({ status: 200 })
  expect(await query('f_12')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  expect((await received('f_12'))[0]).toMatchObject({ trade_status: 'TRADE_SUCCESS' })

  const expired = merchant.payUrl('f_13', { time_expire: toBeijing(Date.now() - 60_000) })
  expect((await merchant.control('POST', '/pay', { url: expired })).status).toBe(409)
  expect((await merchant.control('POST', '/pay', { url: expired, late: true })).status).toBe(200)
  expect(await query('f_13')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })

  await call('alipay.trade.refund', { out_trade_no: 'f_13', refund_amount: '258.00' })
  expect((await merchant.control('POST', '/pay', { outTradeNo: 'f_13', late: true })).status).toBe(409)
  expect((await merchant.control('POST', '/pay', { outTradeNo: 'f_none', late: true })).status).toBe(409)
})

it('applies random faults at their rates', async () => {
  await pay('f_14')
  await faults({ random: { seed: 3, rates: { gateway: { busy: 1 } } } })
  expect(await query('f_14')).toMatchObject({ code: '20000' })
  await faults({ random: { seed: 3, rates: { gateway: { busy: 0.5 } } } })
  const codes = await Promise.all(Array.from({ length: 40 }, async () => (await query('f_14')).code))
  expect(new Set(codes)).toEqual(new Set(['10000', '20000']))
})

it('refuses invalid fault switches', async () => {
  expect((await faults({ random: { seed: 1, rates: { notify: { drop: 0.7, delay: 0.4 } } } })).status).toBe(400)
  expect((await faults({ random: { seed: 1, rates: { notify: { lose: 0.1 } } } })).status).toBe(400)
  expect((await faults({ notify: 'lose' })).status).toBe(400)
  expect((await faults({ gatewayTimes: 0, gateway: 'down' })).status).toBe(400)
})
