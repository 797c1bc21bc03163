import { describe, expect, it } from 'vitest'
import { actionsFor, approvalOf, type Case } from './case-actions.ts'

const base: Case = {
  caseId: `case_${'0'.repeat(32)}`,
  kind: 'outside_refund',
  status: 'OPEN',
  summary: '',
  evidence: {},
  proposal: { action: 'none', why: '' },
  openedAt: '2026-03-01T08:00:00Z',
  trail: [],
}

describe('actionsFor', () => {
  it('offers the proposed action first, and only those that apply', () => {
    const outside: Case = {
      ...base,
      outTradeNo: 'a1',
      orderId: 'ord_1',
      proposal: { action: 'book_outside_refund', why: '' },
    }
    expect(actionsFor(outside)).toEqual([
      'book_outside_refund',
      'query_trade',
      'accept_payment',
      'refund_trade',
      'none',
    ])
    expect(actionsFor({ ...outside, kind: 'amount_mismatch' })).not.toContain('refund_trade')
    expect(actionsFor(base)).toEqual(['none'])
    expect(actionsFor({ ...base, evidence: { refundId: 'ref_1' } })).toContain('retry_refund')
  })
})

describe('approvalOf', () => {
  it('names the last person who approved, and the action', () => {
    const trail = [
      { at: base.openedAt, by: 'ann', what: 'approved', note: 'none: looked at it' },
      { at: base.openedAt, by: 'bob', what: 'approved', note: 'query_trade: paid: yes' },
      { at: base.openedAt, by: 'ann', what: 'previewed', note: 'would: query' },
    ]
    expect(approvalOf({ ...base, status: 'APPROVED', trail })).toEqual({ by: 'bob', action: 'query_trade' })
    expect(approvalOf({ ...base, trail })).toBeUndefined()
  })
})
