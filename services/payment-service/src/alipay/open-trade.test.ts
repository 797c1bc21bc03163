import { describe, expect, it } from 'vitest'
import { type OpenTradeRequest, openTradeContent, readOpenedTrade } from './open-trade.ts'

const trade = {
  orderId: 'ord_00000000000000000000000000000001',
  outTradeNo: 'ord_00000000000000000000000000000001_2',
  amountFen: 101,
  timeExpire: new Date('2026-01-02T03:34:05.000Z'),
  notifyUrl: 'https://shop.example/api/payment/notify',
}
const jsapi: OpenTradeRequest = {
  ...trade,
  method: 'alipay_jsapi',
  buyer: { buyerOpenId: 'open_1' },
  miniAppId: '2021000000000001',
}
const appId = '9021000150600001'
const qr: OpenTradeRequest = { ...trade, method: 'alipay_qr' }
const common = {
  out_trade_no: trade.outTradeNo,
  subject: '订单支付: ord_00000000000000000000000000000001',
  time_expire: '2026-01-02 11:34:05',
  total_amount: '1.01',
}

it.each([
  ['an open id for another app', jsapi, { op_buyer_open_id: 'open_1' }],
  ['an open id for the calling app', { ...jsapi, miniAppId: appId }, { op_app_id: appId, buyer_open_id: 'open_1' }],
  ['an id', { ...jsapi, buyer: { buyerId: '2088000000000001' } }, { buyer_id: '2088000000000001' }],
])('creates a trade for a buyer with %s', (_name, request, expected) => {
  expect(openTradeContent(request, appId)).toEqual({
    ...common,
    product_code: 'JSAPI_PAY',
    op_app_id: '2021000000000001',
    ...expected,
  })
})

it('makes an order code, not a code of 当面付', () => {
  expect(openTradeContent(qr, appId)).toEqual({ ...common, product_code: 'QR_CODE_OFFLINE' })
})

const reply = { code: '10000', msg: 'Success', out_trade_no: trade.outTradeNo }

it.each([
  ['the trade', jsapi, { ...reply, trade_no: '2026010222001' }, '2026010222001'],
  ['the code', qr, { ...reply, qr_code: 'https://qr.alipay.com/bax0123' }, 'https://qr.alipay.com/bax0123'],
])('reads %s', (_name, request, answer, content) => {
  expect(readOpenedTrade(answer, request)).toEqual({ outcome: 'opened', content })
})

describe('a reply that does not show a trade is unclear:', () => {
  it.each([
    ['for another number', qr, { ...reply, out_trade_no: 'ord_2', qr_code: 'https://qr.alipay.com/bax' }],
    ['without a number', qr, { code: '10000', msg: 'Success', qr_code: 'https://qr.alipay.com/bax' }],
    ['without a trade', jsapi, reply],
    ['without a code', qr, { ...reply, qr_code: '' }],
    ['temporary', jsapi, { code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' }],
    ['another error', jsapi, { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SYSTEM_ERROR' }],
  ])('%s', (_name, request, answer) => {
    expect(readOpenedTrade(answer, request)).toMatchObject({ outcome: 'unknown', reason: 'failed' })
  })
})

it.each([
  ['ACQ.TRADE_BUYER_NOT_MATCH', 'has_another_trade'],
  ['ACQ.CONTEXT_INCONSISTENT', 'has_another_trade'],
  ['CONTEXT_INCONSISTENT', 'has_another_trade'],
  ['TRADE_PAYINFO_INCONSISTENT', 'has_another_trade'],
  ['ACQ.TRADE_HAS_CLOSE', 'has_another_trade'],
  ['ACQ.TRADE_HAS_SUCCESS', 'has_another_trade'],
  ['ACQ.ACCESS_FORBIDDEN', 'not_contracted'],
  ['isv.insufficient-isv-permissions', 'not_contracted'],
  ['ACQ.PRODUCT_NOT_SUPPORT_IN_TINY_APP', 'not_contracted'],
  ['ACQ.BUYER_NOT_EXIST', 'wrong_buyer'],
  ['ACQ.OPEN_ID_NOT_TINY_APP', 'wrong_buyer'],
  ['ACQ.BUYER_SELLER_EQUAL', 'wrong_buyer'],
])('reads %s as %s', (subCode, outcome) => {
  const answer = { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: '原因' }
  expect(readOpenedTrade(answer, jsapi)).toEqual({ outcome, detail: `40004 ${subCode} 原因` })
})
