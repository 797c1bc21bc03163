import type { Answer } from '../../api/use-api.ts'

export type ReportRow = Answer<'/api/admin/reports/daily'>['items'][number]
export type Sum = Omit<ReportRow, 'period' | 'from' | 'to'>

/** The sums of all periods of a report. */
export function sumOf(rows: readonly ReportRow[]): Sum {
  const sum = (name: keyof Sum) => rows.reduce((total, row) => total + row[name], 0)
  return {
    payments: sum('payments'),
    paidFen: sum('paidFen'),
    refunds: sum('refunds'),
    refundedFen: sum('refundedFen'),
    feeFen: sum('feeFen'),
    netFen: sum('netFen'),
    days: sum('days'),
    reconciledDays: sum('reconciledDays'),
  }
}

/** Whether anything was paid, refunded or charged in a period. */
export const hasMoney = ({ payments, refunds, feeFen }: Sum): boolean => payments > 0 || refunds > 0 || feeFen !== 0

/** Fees come from bills: without any that was compared, none are known. */
export const areFeesUnknown = ({ reconciledDays }: Sum): boolean => reconciledDays === 0
