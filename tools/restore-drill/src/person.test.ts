import type { Case } from '@alipay-checkout/contracts'
import { expect, it } from 'vitest'
import { decideCase } from './person.ts'

const number = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const one = (more: object): Case =>
  ({ kind: 'bill_difference', evidence: {}, proposal: { action: 'query_trade', why: '' }, ...more }) as unknown as Case

it('refunds at Alipay what no service knows', () => {
  const evidence = { difference: 'payment_missing_here', subject: number }
  expect(decideCase(one({ evidence }))).toMatchObject({ do: 'refund_at_alipay', outTradeNo: number })
  expect(decideCase(one({ evidence, orderId: number }))).toMatchObject({ do: 'resolve', action: 'query_trade' })
})

it('refunds at Alipay what only a notify reports', () => {
  expect(decideCase(one({ kind: 'unknown_order', outTradeNo: number }))).toMatchObject({ do: 'refund_at_alipay' })
  expect(decideCase(one({ kind: 'unknown_order', outTradeNo: 'HZ-1' }))).toEqual({ do: 'nothing' })
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
