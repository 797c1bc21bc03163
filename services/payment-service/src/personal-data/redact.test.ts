import { expect, it } from 'vitest'
import { redactEvidence } from './redact.ts'

const person = { customerId: 'mei "7"', pseudonym: `erased_${'0'.repeat(32)}` }

it('removes the buyer and the text of a notify, and keeps what the case is about', () => {
  const evidence = {
    result: 'amount_differs',
    trade: { tradeNo: 'T1', amountFen: 1, buyerId: '2088', paidAt: '2026-01-01T00:00:00Z' },
    expectedFen: 2,
    notify: { notifyId: 'n1', tradeStatus: 'TRADE_SUCCESS', body: 'buyer_logon_id=mei%40x&sign=1' },
    nested: [{ buyer_open_id: 'x', requestNo: 'r1' }],
  }
  expect(redactEvidence(evidence)).toEqual({
    result: 'amount_differs',
    trade: { tradeNo: 'T1', amountFen: 1, paidAt: '2026-01-01T00:00:00Z' },
    expectedFen: 2,
    notify: { notifyId: 'n1', tradeStatus: 'TRADE_SUCCESS', body: '' },
    nested: [{ requestNo: 'r1' }],
  })
  expect(redactEvidence({ reason: 'malformed_field', body: 'a=1' })).toEqual({ reason: 'malformed_field', body: '' })
})

it('replaces the customer of a dead-lettered event, and no text that only contains the id', () => {
  const value = JSON.stringify({ orderId: 'ord_1', customerId: person.customerId, note: person.customerId })
  const evidence = { value, customerId: person.customerId, reason: `about ${person.customerId}` }
  expect(redactEvidence(evidence, person)).toEqual({
    value: JSON.stringify({ orderId: 'ord_1', customerId: person.pseudonym, note: person.customerId }),
    customerId: person.pseudonym,
    reason: evidence.reason,
  })
  expect(redactEvidence(evidence)).toEqual(evidence)
})

it('removes the metadata of a dead-lettered event, also of one that is cut off', () => {
  const event = { customerId: person.customerId, metadata: { 'a "b"': 'mei}\\', c: 'li' }, totalFen: 1 }
  const value = JSON.stringify(event)
  const kept = { customerId: person.pseudonym, metadata: {}, totalFen: 1 }
  expect(redactEvidence({ value }, person)).toEqual({ value: JSON.stringify(kept) })
  const begin = value.indexOf('"metadata":{') + '"metadata":{'.length
  for (let end = begin; end < value.indexOf('},"totalFen"'); end++) {
    const cut = redactEvidence({ value: value.slice(0, end) }, person)
    expect(cut).toEqual({ value: JSON.stringify(kept).replace(/,"totalFen.*/, '') })
  }
})
