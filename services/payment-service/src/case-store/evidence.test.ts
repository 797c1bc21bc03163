import { describe, expect, it } from 'vitest'
import { amountOf, withoutBuyer } from './evidence.ts'

describe('evidence without the buyer', () => {
  it.each<[string, unknown, unknown]>([
    ['a field', { trade: { buyerId: '2088', tradeNo: 'T1' } }, { trade: { buyerId: '***', tradeNo: 'T1' } }],
    ['names of Alipay', { buyer_open_id: 'o', buyer_logon_id: 'a@b' }, { buyer_open_id: '***', buyer_logon_id: '***' }],
    ['a list', [{ buyer_id: '2088' }, 1, null], [{ buyer_id: '***' }, 1, null]],
    [
      'the text of a notify',
      { notify: { body: 'buyer_id=2088&total_amount=1.00&buyer_logon_id=a%40b&buyer_pay_amount=1.00' } },
      { notify: { body: 'buyer_id=***&total_amount=1.00&buyer_logon_id=***&buyer_pay_amount=1.00' } },
    ],
    ['a JSON text', { value: '{"buyerId":"2088","n":1}' }, { value: '{"buyerId":"***","n":1}' }],
    ['a JSON text in a JSON text', '{"a":"{\\"buyer_id\\":\\"2088\\"}"}', '{"a":"{\\"buyer_id\\":\\"***\\"}"}'],
    ['nothing of the buyer', { refundId: 'ref_1', amountFen: 5 }, { refundId: 'ref_1', amountFen: 5 }],
    ['no value', { buyerId: null }, { buyerId: null }],
  ])('masks in %s', (_what, evidence, shown) => {
    expect(withoutBuyer(evidence)).toEqual(shown)
  })
})

describe('the amount of a case', () => {
  it.each<[string, unknown, number | undefined]>([
    ['a payment with another amount', { trade: { amountFen: 300 }, expectedFen: 500 }, 300],
    ['a refused refund', { refundId: 'ref_1', amountFen: 200 }, 200],
    ['a refund made elsewhere', { requestNo: 'r', refundedFen: 150, paidFen: 900 }, 150],
    ['a difference of a bill', { bill: { amountFen: 700 }, ours: { amountFen: 600 } }, 700],
    ['what the bill does not have', { bill: {}, ours: { amountFen: 600 } }, 600],
    ['a notify without a payment', { expectedFen: 500, notify: {} }, 500],
    ['a dead letter', { topic: 't', value: '{"amountFen":1}' }, undefined],
    ['no evidence', null, undefined],
  ])('of %s', (_what, evidence, fen) => {
    expect(amountOf(evidence)).toBe(fen)
  })
})
