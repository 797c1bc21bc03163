import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { type Merchant, openMerchant } from './test-merchant.ts'

let merchant: Merchant
let clock = Date.now()
beforeAll(async () => {
  merchant = await openMerchant({ now: () => clock })
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('DELETE', '/faults'))

const call = (method: string, bizContent: object) => merchant.sdk.exec(method, { bizContent }, { validateSign: true })
const query = (outTradeNo: string) => call('alipay.trade.query', { out_trade_no: outTradeNo })
const pay = (outTradeNo: string) => merchant.control('POST', '/pay', { url: merchant.payUrl(outTradeNo) })
const refund = (outTradeNo: string, requestNo: string | undefined, amount: string | number) =>
  call('alipay.trade.refund', { out_trade_no: outTradeNo, refund_amount: amount, out_request_no: requestNo })
const refundQuery = (outTradeNo: string, requestNo: string) =>
  call('alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: requestNo })

async function notifiesOf(outTradeNo: string, count: number): Promise<Record<string, string>[]> {
  return await vi.waitFor(
    () => {
      const received = merchant.received.filter(({ fields }) => fields.out_trade_no === outTradeNo)
      expect(received).toHaveLength(count)
      return received.map(({ fields }) => fields)
    },
    { timeout: 5_000, interval: 20 },
  )
}

it('refunds a part of a paid trade, closes it with the rest, and sends a notify for both', async () => {
  const paid = await pay('rf_1')
  await notifiesOf('rf_1', 1)
  expect(await refund('rf_1', 'r1', '58.00')).toMatchObject({
    code: '10000',
    fund_change: 'Y',
    refund_fee: '58.00',
    trade_no: paid.json.tradeNo,
    out_trade_no: 'rf_1',
    buyer_user_id: expect.stringMatching(/^2088/),
  })
  expect(await query('rf_1')).toMatchObject({ trade_status: 'TRADE_SUCCESS', total_amount: '258.00' })
  const [, part] = await notifiesOf('rf_1', 2)
  expect(part).toMatchObject({ trade_status: 'TRADE_SUCCESS', refund_fee: '58.00', out_biz_no: 'r1' })
  expect(part!.gmt_refund).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)
  expect(part).not.toHaveProperty('gmt_close')
  expect(merchant.sdk.checkNotifySignV2(part!)).toBe(true)

  clock += 3_000
  expect(await refund('rf_1', 'r2', 200)).toMatchObject({ code: '10000', fund_change: 'Y', refund_fee: '258.00' })
  expect(await query('rf_1')).toMatchObject({ trade_status: 'TRADE_CLOSED', send_pay_date: expect.any(String) })
  const whole = (await notifiesOf('rf_1', 3))[2]!
  expect(whole).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '258.00', out_biz_no: 'r2' })
  expect(whole.gmt_close).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  expect(whole.gmt_payment).toBe(part!.gmt_payment)
})

it('refunds once per request number, reports a repetition, and refuses another amount', async () => {
  await pay('rf_2')
  expect(await refund('rf_2', 'r1', '10.00')).toMatchObject({ fund_change: 'Y', refund_fee: '10.00' })
  expect(await refund('rf_2', 'r1', '10.00')).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '10.00' })
  expect(await refund('rf_2', 'r1', '11.00')).toMatchObject({
    code: '40004',
    sub_code: 'ACQ.DISCORDANT_REPEAT_REQUEST',
  })
  const { json } = await merchant.control('GET', '/trades/rf_2')
  expect(json).toMatchObject({ refundedAmount: '10.00', refunds: [{ outRequestNo: 'r1', amount: '10.00' }] })
  await notifiesOf('rf_2', 2)
})

it('reports a refund to a query, and no status for an unknown number', async () => {
  await pay('rf_3')
  expect(await refundQuery('rf_3', 'r1')).not.toHaveProperty('refund_status')
  await refund('rf_3', 'r1', '0.01')
  expect(await refundQuery('rf_3', 'r1')).toMatchObject({
    code: '10000',
    refund_status: 'REFUND_SUCCESS',
    refund_amount: '0.01',
    total_amount: '258.00',
    out_request_no: 'r1',
  })
  expect(await refundQuery('rf_3', 'r2')).toMatchObject({ code: '10000' })
  expect(await refundQuery('rf_none', 'r1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await refundQuery('rf_3', '')).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' })
})

it('refuses an impossible refund with its own code', async () => {
  await merchant.control('POST', '/open', { url: merchant.payUrl('rf_4') })
  expect(await refund('rf_none', 'r1', '1.00')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await refund('rf_4', 'r1', '1.00')).toMatchObject({ sub_code: 'ACQ.TRADE_STATUS_ERROR' })
  await merchant.control('POST', '/pay', { outTradeNo: 'rf_4' })
  expect(await refund('rf_4', 'r1', '258.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' })
  expect(await refund('rf_4', undefined, '1.00')).toMatchObject({ sub_code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' })
  expect(await refund('rf_4', 'r1', '0.00')).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' })
  expect(await refund('rf_4', 'r1', '1.00')).toMatchObject({ fund_change: 'Y' })
  expect(await refund('rf_4', 'r2', '1.00')).toMatchObject({ sub_code: 'ACQ.SYSTEM_ERROR' })
  clock += 3_000
  expect(await refund('rf_4', 'r2', '1.00')).toMatchObject({ fund_change: 'Y', refund_fee: '2.00' })
  await merchant.control('POST', '/finish', { outTradeNo: 'rf_4' })
  expect(await query('rf_4')).toMatchObject({ trade_status: 'TRADE_FINISHED' })
  expect(await refund('rf_4', 'r3', '1.00')).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_FINISHED' })
})

it('refuses refunds for lack of balance, does nothing, or does not report the refund', async () => {
  await pay('rf_5')
  await merchant.control('POST', '/faults', { refund: 'no_balance' })
  expect(await refund('rf_5', 'r1', '1.00')).toMatchObject({ sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' })
  await merchant.control('POST', '/faults', { refund: 'nothing' })
  expect(await refund('rf_5', 'r1', '1.00')).toMatchObject({ code: '10000', fund_change: 'N' })
  expect(await refundQuery('rf_5', 'r1')).not.toHaveProperty('refund_status')
  await merchant.control('POST', '/faults', { refund: 'unclear' })
  expect(await refund('rf_5', 'r1', '1.00')).toMatchObject({ code: '10000', fund_change: 'N' })
  expect(await refundQuery('rf_5', 'r1')).toMatchObject({ refund_status: 'REFUND_SUCCESS' })
})

it('keeps refunds over a restart', async () => {
  await pay('rf_6')
  await refund('rf_6', 'r1', '58.00')
  await merchant.restart()
  expect(await refundQuery('rf_6', 'r1')).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '58.00' })
  expect(await refund('rf_6', 'r1', '58.00')).toMatchObject({ fund_change: 'N', refund_fee: '58.00' })
  clock += 3_000
  expect(await refund('rf_6', 'r2', '200.00')).toMatchObject({ fund_change: 'Y', refund_fee: '258.00' })
  expect(await query('rf_6')).toMatchObject({ trade_status: 'TRADE_CLOSED' })
})

it('refunds in the seller’s console: sends a notify, and answers a query for its number', async () => {
  const paid = await pay('rf_console')
  await notifiesOf('rf_console', 1)
  const part = { outTradeNo: 'rf_console', amount: '58.00', outRequestNo: 'HZ01RF001' }
  expect(await merchant.control('POST', '/refund', part)).toMatchObject({
    status: 200,
    json: { tradeNo: paid.json.tradeNo, tradeStatus: 'TRADE_SUCCESS', refundedAmount: '58.00' },
  })
  const [, notify] = await notifiesOf('rf_console', 2)
  expect(notify).toMatchObject({ trade_status: 'TRADE_SUCCESS', refund_fee: '58.00', out_biz_no: 'HZ01RF001' })
  expect(await refundQuery('rf_console', 'HZ01RF001')).toMatchObject({
    refund_status: 'REFUND_SUCCESS',
    refund_amount: '58.00',
  })
  // All that is left, under a number that the console makes up.
  await merchant.control('POST', '/refund', { outTradeNo: 'rf_console' })
  const whole = (await notifiesOf('rf_console', 3))[2]!
  expect(whole).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '258.00' })
  expect(whole.out_biz_no).toMatch(/^console\d{15}$/)
  expect(whole.gmt_close).toBeDefined()
  expect(await refund('rf_console', 'ours', '1.00')).toMatchObject({ code: '40004' })
})

it('refuses a console refund of more than is left, or of an unpaid trade', async () => {
  await pay('rf_console_2')
  const ask = (body: object) => merchant.control('POST', '/refund', body)
  expect(await ask({ outTradeNo: 'rf_console_2', amount: '258.01' })).toMatchObject({ status: 409 })
  expect(await ask({ outTradeNo: 'rf_console_2', amount: 'all' })).toMatchObject({ status: 400 })
  expect(await ask({ outTradeNo: 'rf_nobody' })).toMatchObject({ status: 409 })
})
