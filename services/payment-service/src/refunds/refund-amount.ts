import type { OrderedLine } from '../payments/payment.ts'
import type { RefundedLine } from './refund.ts'

/** What is to be refunded: an amount, lines, or all that is left. */
export interface WantedRefund {
  readonly amountFen?: number | undefined
  readonly lines?: readonly RefundedLine[] | undefined
}

/** The trade it comes from. */
export interface RefundableTrade {
  readonly paidFen: number
  /** Taken by refunds that have not failed. */
  readonly refundingFen: number
  /** What was ordered; undefined where it is not known. */
  readonly ordered?: readonly OrderedLine[] | undefined
  /** The units of refunds that have not failed. */
  readonly linesBefore: readonly RefundedLine[]
}

export type RefundSize =
  | { readonly outcome: 'fits'; readonly amountFen: number; readonly lines?: readonly RefundedLine[] | undefined }
  | { readonly outcome: 'nothing_left' }
  | { readonly outcome: 'exceeds_balance'; readonly leftFen: number }
  | { readonly outcome: 'line_not_ordered'; readonly sku: string }
  | { readonly outcome: 'line_exceeds'; readonly sku: string; readonly left: number }

/** How much a refund takes from a trade's balance, or why it cannot. Lines cost what they were ordered for. Pure. */
export function sizeRefund(trade: RefundableTrade, wanted: WantedRefund): RefundSize {
  const leftFen = trade.paidFen - trade.refundingFen
  if (leftFen <= 0) return { outcome: 'nothing_left' }
  if (!wanted.lines) {
    const amountFen = wanted.amountFen ?? leftFen
    return amountFen > leftFen ? { outcome: 'exceeds_balance', leftFen } : { outcome: 'fits', amountFen }
  }
  const lines = merged(wanted.lines)
  const before = new Map(merged(trade.linesBefore).map(({ sku, quantity }) => [sku, quantity]))
  let amountFen = 0
  for (const { sku, quantity } of lines) {
    const ordered = (trade.ordered ?? []).filter(line => line.sku === sku)
    const price = ordered[0]?.unitPriceFen
    if (price === undefined) return { outcome: 'line_not_ordered', sku }
    const left = ordered.reduce((sum, line) => sum + line.quantity, 0) - (before.get(sku) ?? 0)
    if (quantity > left) return { outcome: 'line_exceeds', sku, left }
    amountFen += price * quantity
  }
  if (amountFen === 0) return { outcome: 'nothing_left' }
  return amountFen > leftFen ? { outcome: 'exceeds_balance', leftFen } : { outcome: 'fits', amountFen, lines }
}

/** One entry per SKU. */
function merged(lines: readonly RefundedLine[]): RefundedLine[] {
  const perSku = Map.groupBy(lines, ({ sku }) => sku)
  return [...perSku].map(([sku, same]) => ({ sku, quantity: same.reduce((sum, line) => sum + line.quantity, 0) }))
}
