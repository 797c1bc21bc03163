import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Merchant, openMerchant } from './test-merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant()
})
afterAll(() => merchant.close())

const query = (outTradeNo: string) =>
  merchant.sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, { validateSign: true })

test('a payment is told by a signed notify and a signed return that the SDK believes', async () => {
  const paid = await merchant.control('POST', '/pay', {
    url: merchant.payUrl('ord_1', { passback_params: 'a%3Db%26c' }),
  })
  expect(paid).toMatchObject({
    status: 200,
    json: { outTradeNo: 'ord_1', totalAmount: '258.00', tradeStatus: 'TRADE_SUCCESS' },
  })
  const back = new URL(String(paid.json.returnUrl))
  expect(back.search).toMatch(/^\?order_id=o%20%26%2F1&t=1&sign=ab&charset=utf-8&/)
  const returned = Object.fromEntries(
    new URLSearchParams(back.search.slice('?order_id=o%20%26%2F1&t=1&sign=ab'.length)),
  )
  expect(returned).toMatchObject({ method: 'alipay.trade.page.pay.return', out_trade_no: 'ord_1', sign_type: 'RSA2' })
  expect(returned).not.toHaveProperty('trade_status')
  expect(merchant.sdk.checkNotifySignV2(returned)).toBe(true)

  await vi.waitFor(() => expect(merchant.received).toHaveLength(1))
  const { fields } = merchant.received[0]!
  expect(merchant.sdk.checkNotifySignV2(fields)).toBe(true)
  expect(fields).toMatchObject({
    notify_type: 'trade_status_sync',
    trade_status: 'TRADE_SUCCESS',
    out_trade_no: 'ord_1',
    total_amount: '258.00',
    app_id: merchant.simulator.appId,
    seller_id: merchant.simulator.sellerId,
    trade_no: paid.json.tradeNo,
    passback_params: 'a%3Db%26c',
  })
  expect(merchant.sdk.checkNotifySignV2({ ...fields, total_amount: '0.01' })).toBe(false)
  expect(await query('ord_1')).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS', total_amount: '258.00' })
})
