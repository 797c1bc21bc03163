import { expect, it } from 'vitest'
import { readClose, readQuery } from './client.ts'

const no = 'ord_1'
const paid = {
  code: '10000',
  msg: 'Success',
  out_trade_no: no,
  trade_no: 'T1',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '258.00',
  send_pay_date: '2026-01-02 11:04:05',
  buyer_user_id: '2088',
}

it.each(['TRADE_SUCCESS', 'TRADE_FINISHED'])('reads %s as paid', trade_status => {
  expect(readQuery({ ...paid, trade_status }, no)).toEqual({
    outcome: 'paid',
    trade: {
      outTradeNo: no,
      tradeNo: 'T1',
      amountFen: 25_800,
      paidAt: new Date('2026-01-02T03:04:05.000Z'),
      buyerId: '2088',
    },
  })
})

it.each([
  ['neither id', {}, undefined],
  ['an open id', { buyer_open_id: '074a1Cc-_' }, '074a1Cc-_'],
  ['an empty id and an open id', { buyer_user_id: '', buyer_open_id: '074a1Cc-_' }, '074a1Cc-_'],
  ['both ids', { buyer_user_id: '2088', buyer_open_id: '074a1Cc-_' }, '2088'],
])('reads a payment whose buyer has %s', (_name, ids, buyerId) => {
  const { buyer_user_id: _id, ...reply } = paid
  expect(readQuery({ ...reply, ...ids }, no)).toMatchObject({ outcome: 'paid', trade: { buyerId } })
})

it.each([
  ['waiting', { ...paid, trade_status: 'WAIT_BUYER_PAY' }],
  ['closed', { ...paid, trade_status: 'TRADE_CLOSED' }],
  ['no_trade', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' }],
  ['unknown', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SYSTEM_ERROR' }],
  ['unknown', { code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' }],
  ['unknown', { ...paid, trade_status: 'SOMETHING_NEW' }],
  ['unknown', { ...paid, out_trade_no: 'ord_2' }],
  ['unknown', { ...paid, total_amount: '258.001' }],
  ['unknown', { ...paid, trade_no: undefined }],
])('reads a query as %s', (outcome, reply) => {
  expect(readQuery(reply, no)).toMatchObject({ outcome })
})

it.each([
  ['closed', { code: '10000', msg: 'Success', out_trade_no: no, trade_no: 'T1' }],
  ['closed', { code: '10000', msg: 'Success' }],
  ['unknown', { code: '10000', msg: 'Success', out_trade_no: 'ord_2' }],
  ['no_trade', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' }],
  ['unclear', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_STATUS_ERROR' }],
  ['unclear', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' }],
  ['unclear', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SYSTEM_ERROR' }],
  ['unclear', { code: '20000', msg: 'Service Currently Unavailable' }],
])('reads a close as %s', (outcome, reply) => {
  expect(readClose(reply, no)).toMatchObject({ outcome })
})
