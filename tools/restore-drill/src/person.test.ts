import type { Case } from '@alipay-checkout/contracts'
import { expect, it } from 'vitest'
import { decideAfterQuery, decideCase } from './person.ts'

const number = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const one = (more: object): Case =>
  ({ kind: 'bill_difference', evidence: {}, proposal: { action: 'query_trade', why: '' }, ...more }) as unknown as Case

it('queries Alipay about what no service knows', () => {
  const evidence = { difference: 'payment_missing_here', subject: `${number}_2` }
  expect(decideCase(one({ evidence }))).toEqual({ do: 'query', orderId: number, outTradeNo: `${number}_2` })
  expect(decideCase(one({ evidence, orderId: number }))).toMatchObject({ do: 'resolve', action: 'query_trade' })
})

it('queries Alipay about what only a notify reports', () => {
  expect(decideCase(one({ kind: 'unknown_order', outTradeNo: number }))).toMatchObject({ do: 'query' })
  expect(decideCase(one({ kind: 'unknown_order', outTradeNo: 'HZ-1' }))).toEqual({ do: 'nothing' })
})

const unknownOrder = 'Alipay reports a payment of 100 fen, which is rejected: unknown_order. The case stays open.'

it.each<[answer: string, refusal: string | undefined, isKnown: boolean, decided: string]>([
  ['the payment is recorded', undefined, true, 'nothing_more'],
  ['it is paid, and no service has the order', unknownOrder, false, 'refund_at_alipay'],
  ['it is paid, and the order has lost its attempt', unknownOrder, true, 'later'],
  ['it is refunded already', 'Alipay reports closed: there is no payment to record.', false, 'resolve'],
  ['a buyer is at the cashier', 'Alipay reports waiting: there is no payment to record.', false, 'later'],
  ['there is no answer', 'Alipay gave no clear answer (timeout). Try again in a moment.', false, 'later'],
])('refunds only what is paid and no order claims: %s', (_answer, refusal, isKnown, decided) => {
  expect(decideAfterQuery(refusal, isKnown)).toMatchObject({ do: decided })
})

it('does not touch a trade of another system', () => {
  const evidence = { difference: 'payment_missing_here', subject: 'HZ-1' }
  expect(decideCase(one({ evidence }))).toMatchObject({ do: 'resolve' })
})

it('books refunds that the ledger has lost', () => {
  const proposal = { action: 'book_outside_refund', why: '' }
  expect(decideCase(one({ kind: 'outside_refund', proposal }))).toMatchObject({ action: 'book_outside_refund' })
})

it('leaves what it does not know', () => {
  expect(decideCase(one({ kind: 'amount_mismatch' }))).toEqual({ do: 'nothing' })
})
