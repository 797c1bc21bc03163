import { type OrderAnswer, type Refund, underWay } from './order-data.ts'

type OneCase = NonNullable<OrderAnswer['cases']>[number]

/** What is to be settled before a parcel of the order leaves. */
export interface ToSettle {
  /** Open cases: money was refunded outside this system, and the refund is not booked yet. */
  outside: readonly OneCase[]
  /** Refunds that are not finished. */
  refunds: readonly Refund[]
  /** Payment-service did not answer, so that cases or refunds are not known. */
  unknown: boolean
}

/** What is to be settled about the money of an order. Undefined where nothing is. */
export function toSettle({ cases, refunds }: Pick<OrderAnswer, 'cases' | 'refunds'>): ToSettle | undefined {
  const outside = (cases ?? []).filter(({ kind, status }) => kind === 'outside_refund' && status !== 'RESOLVED')
  const open = (refunds?.items ?? []).filter(({ status }) => underWay.has(status))
  const unknown = cases === undefined || refunds === undefined
  return outside.length > 0 || open.length > 0 || unknown ? { outside, refunds: open, unknown } : undefined
}

/** Whether all that is known is that payment-service does not answer. */
export const isOnlyUnknown = ({ outside, refunds }: ToSettle): boolean => outside.length + refunds.length === 0
