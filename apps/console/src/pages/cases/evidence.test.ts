import { describe, expect, it } from 'vitest'
import { compareEvidence, parseText, timeOf } from './evidence.ts'

const outTradeNo = 'a1'
const verdicts = (...[about, trade]: Parameters<typeof compareEvidence>) =>
  Object.fromEntries(compareEvidence(about, trade)?.fields.map(({ name, verdict }) => [name, verdict]) ?? [])

describe('compareEvidence', () => {
  it('marks the fields that differ between the bill and the ledger', () => {
    const about = {
      kind: 'bill_difference',
      summary: 'Bill of 2026-03-01, amount differs: a1: both have this payment, with different amounts',
      outTradeNo,
      evidence: {
        difference: 'amount_differs',
        bill: { amountFen: 100, at: '2026-03-01 08:00:00+00', tradeNo: '2026' },
        ours: { amountFen: 90, at: '2026-03-01T08:00:00.000Z' },
      },
    }
    expect(verdicts(about)).toEqual({
      row: 'same',
      amount: 'differs',
      time: 'same',
      outTradeNo: 'same',
      tradeNo: 'one_side',
    })
    expect(verdicts(about, { tradeNo: '2026' })).toMatchObject({ tradeNo: 'same' })
  })

  it('says which side lacks the row', () => {
    const about = {
      kind: 'bill_difference',
      summary: 'the bill does not have this payment',
      outTradeNo,
      evidence: {
        difference: 'payment_missing_there',
        bill: { at: null },
        ours: { amountFen: 90, at: '2026-03-01T08:00:00Z' },
      },
    }
    expect(compareEvidence(about)?.fields[0]).toEqual({ name: 'row', ours: true, theirs: false, verdict: 'one_side' })
    expect(verdicts(about)).toMatchObject({ time: 'one_side', amount: 'one_side' })
  })

  it('takes the status of the ledger from the text', () => {
    const about = {
      kind: 'bill_difference',
      summary: 'Bill of 2026-03-01, status differs: ref_1: the ledger has this refund as FAILED',
      evidence: { difference: 'status_differs', bill: { amountFen: 90 }, ours: { amountFen: 90 } },
    }
    expect(compareEvidence(about)?.fields[1]).toMatchObject({ name: 'status', ours: 'FAILED', verdict: 'differs' })
  })

  it('compares what Alipay reports with what the order costs', () => {
    const evidence = { expectedFen: 100, trade: { amountFen: 120, outTradeNo, tradeNo: '2026' } }
    expect(verdicts({ kind: 'amount_mismatch', summary: '', outTradeNo, evidence })).toMatchObject({
      amount: 'differs',
    })
  })

  it('takes what was paid and Alipay’s number from the order for a refund made outside', () => {
    const evidence = { refundedFen: 50, paidFen: 100, tradeNo: '2026', requestNo: 'R1', refundedAt: null }
    const about = { kind: 'outside_refund', summary: '', outTradeNo, evidence }
    const oneSided = { row: 'one_side', amount: 'one_side', requestNo: 'one_side' }
    expect(verdicts(about, { paidFen: 100, tradeNo: '2026' })).toEqual({
      ...oneSided,
      ...{ paid: 'same', outTradeNo: 'same', tradeNo: 'same' },
    })
    expect(verdicts(about)).toMatchObject({ ...oneSided, paid: 'one_side', tradeNo: 'one_side' })
  })

  it('compares nothing where the evidence has no second row', () => {
    expect(compareEvidence({ kind: 'certificate_expiring', summary: '', evidence: null })).toBeUndefined()
  })
})

describe('timeOf', () => {
  it.each([
    ['2026-03-01 08:00:00+00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01 16:00:00.5+08', '2026-03-01T08:00:00.500Z'],
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01', undefined],
    [17, undefined],
  ])('reads %s', (value, time) => {
    expect(timeOf(value)).toBe(time)
  })
})

describe('parseText', () => {
  it('reads the fields of a form and JSON, and leaves other texts alone', () => {
    expect(parseText('a=1&b=x%20y')).toEqual({ a: '1', b: 'x y' })
    expect(parseText('{"a":1}')).toEqual({ a: 1 })
    expect(parseText('{broken')).toBe('{broken')
    expect(parseText('a = b')).toBe('a = b')
  })
})
