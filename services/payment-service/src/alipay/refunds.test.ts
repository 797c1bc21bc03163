import { expect, it } from 'vitest'
import { readRefund, readRefundQuery, refundContent } from './refunds.ts'

const request = { refundId: 'ref_1', outTradeNo: 'ord_1', amountFen: 258 }
const ok = { code: '10000', msg: 'Success', out_trade_no: 'ord_1', trade_no: 'T1' }
const no = (sub_code: string) => ({ code: '40004', msg: 'Business Failed', sub_code })

it('sends the refund’s number and the amount in yuan', () => {
  expect(refundContent(request)).toEqual({ out_trade_no: 'ord_1', out_request_no: 'ref_1', refund_amount: '2.58' })
})

it.each([
  ['done', { ...ok, fund_change: 'Y', refund_fee: '2.58' }],
  ['unclear', { ...ok, fund_change: 'N', refund_fee: '2.58' }],
  ['unclear', ok],
  ['unclear', { ...ok, fund_change: 'Y', out_trade_no: 'ord_2' }],
  ['unclear', { code: '20000', msg: 'Service Currently Unavailable' }],
  ['unclear', no('ACQ.SYSTEM_ERROR')],
  ['unclear', no('ACQ.SOMETHING_NEW')],
  ['no_funds', no('ACQ.SELLER_BALANCE_NOT_ENOUGH')],
  ['refused', no('ACQ.REASON_TRADE_REFUND_FEE_ERR')],
  ['refused', no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')],
  ['refused', no('ACQ.TRADE_HAS_FINISHED')],
  ['refused', no('ACQ.TRADE_STATUS_ERROR')],
  ['refused', no('ACQ.DISCORDANT_REPEAT_REQUEST')],
  // Only a business failure (40004) is a refusal. With any other code the refund may have been made.
  ['unclear', { code: '20001', msg: '', sub_code: 'ACQ.TRADE_HAS_FINISHED' }],
])('reads a refund as %s', (outcome, reply) => {
  expect(readRefund(reply, request)).toMatchObject({ outcome })
})

it.each([
  ['done', { ...ok, refund_status: 'REFUND_SUCCESS', out_request_no: 'ref_1', refund_amount: '2.58' }],
  ['done', { ...ok, refund_status: 'REFUND_SUCCESS' }],
  ['absent', { code: '10000', msg: 'Success' }],
  ['absent', no('ACQ.TRADE_NOT_EXIST')],
  ['unclear', { ...ok, refund_status: 'REFUND_PROCESSING' }],
  ['unclear', { ...ok, refund_status: 'REFUND_SUCCESS', out_request_no: 'ref_2' }],
  ['unclear', { ...ok, refund_status: 'REFUND_SUCCESS', refund_amount: '2.57' }],
  ['unclear', no('ACQ.SYSTEM_ERROR')],
  ['unclear', { code: '20000', msg: 'Service Currently Unavailable' }],
])('reads a query about a refund as %s', (outcome, reply) => {
  expect(readRefundQuery(reply, request)).toMatchObject({ outcome })
})
