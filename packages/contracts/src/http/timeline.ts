/**
 * The names (`what`) of timeline entries that are no events and no order status, by the service that records them.
 * Order-service names its other entries after their events, such as `OrderPaid + RefundRequested`, or else after the
 * status that the order reached.
 */
export const timelineEntryNames = {
  orders: ['note', 'recipient read', 'personal data erased'],
  payments: [
    'expected',
    'closing',
    'PaymentClosed',
    'opened',
    'queried',
    'paid',
    'attempt closed',
    'notify',
    'refund requested',
    'case',
    'query',
    'close',
    'reconciliation',
    'refund',
    'replay',
    'unverified reply',
    'personal data erased',
  ],
  inventory: ['reserved', 'rejected', 'committed', 'released', 'returned'],
} as const

export type OrderEntryName = (typeof timelineEntryNames.orders)[number]
export type PaymentEntryName = (typeof timelineEntryNames.payments)[number]
export type StockEntryName = (typeof timelineEntryNames.inventory)[number]

/** The names (`what`) of the entries of a case's trail. */
export const caseTrailNames = [
  'opened',
  'previewed',
  'approved',
  'approved_by_second',
  'executed',
  'failed',
  'claimed',
  'released',
  'settled',
] as const
export type CaseTrailName = (typeof caseTrailNames)[number]
