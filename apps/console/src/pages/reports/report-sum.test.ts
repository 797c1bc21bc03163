import { expect, it } from 'vitest'
import { areFeesUnknown, hasMoney, type ReportRow, sumOf } from './report-sum.ts'

const day = (changes: Partial<ReportRow>): ReportRow => ({
  ...{ period: '2026-03-01', from: '2026-03-01', to: '2026-03-01', payments: 0, paidFen: 0, refunds: 0 },
  ...{ refundedFen: 0, feeFen: 0, netFen: 0, days: 1, reconciledDays: 0, ...changes },
})

it('knows no fees of days without a comparison, and those of a sum with one', () => {
  const live = day({ payments: 1, paidFen: 100, netFen: 100 })
  const compared = day({ payments: 1, paidFen: 200, feeFen: 1, netFen: 199, reconciledDays: 1 })
  expect(areFeesUnknown(live)).toBe(true)
  expect(areFeesUnknown(compared)).toBe(false)
  const sum = sumOf([live, compared])
  expect(sum).toMatchObject({ paidFen: 300, feeFen: 1, netFen: 299, days: 2, reconciledDays: 1 })
  expect(areFeesUnknown(sum)).toBe(false)
})

it('leaves out periods without payments, refunds and fees only', () => {
  const kept = [day({ payments: 1 }), day({ refunds: 1 }), day({ feeFen: -1 })]
  expect([day({ reconciledDays: 1 }), ...kept].filter(hasMoney)).toEqual(kept)
})
