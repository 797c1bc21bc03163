import type { OrderedLine } from '../payments/payment.ts'
import { isTaking, type Refund, type RefundedLine } from './refund.ts'

/** What is to be refunded: an amount, lines, or all that is left. */
export interface WantedRefund {
  readonly amountFen?: number | undefined
  readonly lines?: readonly RefundedLine[] | undefined
  /** With lines: also what is left of the shipping fee. */
  readonly includeShipping?: boolean | undefined
}

/** What the refunds by line that have not failed, and were not rejected, took of a trade. */
export interface TakenByLine {
  readonly lines: readonly RefundedLine[]
  readonly shippingFen: number
}

/** The trade it comes from. */
export interface RefundableTrade {
  readonly paidFen: number
  /** Taken by refunds that have not failed. */
  readonly refundingFen: number
  /** What was ordered; undefined where it is not known. */
  readonly ordered?: readonly OrderedLine[] | undefined
  /** What the order paid for shipping, which is in no line. */
  readonly shippingFen: number
  readonly taken: TakenByLine
}

export type RefundSize =
  | {
      readonly outcome: 'fits'
      readonly amountFen: number
      readonly lines?: readonly RefundedLine[] | undefined
      /** The part of the amount that is for shipping. */
      readonly shippingFen: number
    }
  | { readonly outcome: 'nothing_left' }
  /** The share of these units is 0 fen, and Alipay refunds 1 fen at least. */
  | { readonly outcome: 'costs_nothing' }
  | { readonly outcome: 'exceeds_balance'; readonly leftFen: number }
  | { readonly outcome: 'line_not_ordered'; readonly sku: string }
  | { readonly outcome: 'line_exceeds'; readonly sku: string; readonly left: number }
  | { readonly outcome: 'shipping_refunded' }

/** Why a failed refund cannot be sent again with its amount. `share_changed`: other refunds took a part of that share. */
export type RetrySize = RefundSize | { readonly outcome: 'share_changed'; readonly sku: string }

/**
 * How much a refund takes from a trade's balance, or why it cannot. Lines cost their share of what was paid, discounts
 * and surcharges included. Pure.
 */
export function sizeRefund(trade: RefundableTrade, wanted: WantedRefund): RefundSize {
  const leftFen = trade.paidFen - trade.refundingFen
  if (leftFen <= 0) return { outcome: 'nothing_left' }
  if (!wanted.lines) return within(leftFen, { amountFen: wanted.amountFen ?? leftFen, shippingFen: 0 })
  const lines: RefundedLine[] = []
  for (const { sku, quantity } of merged(wanted.lines)) {
    const share = shareOf(trade, sku)
    if (!share) return { outcome: 'line_not_ordered', sku }
    if (quantity > share.left) return { outcome: 'line_exceeds', sku, left: share.left }
    lines.push({ sku, quantity, amountFen: amountOf(share, quantity) })
  }
  const shippingFen = wanted.includeShipping ? shippingLeft(trade) : 0
  if (wanted.includeShipping && trade.shippingFen > 0 && shippingFen === 0) return { outcome: 'shipping_refunded' }
  const amountFen = shippingFen + sum(lines.map(line => line.amountFen ?? 0))
  return amountFen === 0 ? { outcome: 'costs_nothing' } : within(leftFen, { amountFen, lines, shippingFen })
}

/**
 * Whether a failed refund still fits. Its amount is never computed again, because Alipay refuses another amount under the
 * same number. So it is refused where its lines would end up with more than they paid, or with all units and less. Pure.
 */
export function sizeRetry(
  trade: RefundableTrade,
  { amountFen, lines, shippingFen }: Pick<Refund, 'amountFen' | 'lines' | 'shippingFen'>,
): RetrySize {
  const leftFen = trade.paidFen - trade.refundingFen
  if (leftFen <= 0) return { outcome: 'nothing_left' }
  for (const line of lines ?? []) {
    const { sku, quantity } = line
    const share = shareOf(trade, sku)
    if (!share) return { outcome: 'line_not_ordered', sku }
    if (quantity > share.left) return { outcome: 'line_exceeds', sku, left: share.left }
    const remainingFen = share.netFen - share.takenFen - (line.amountFen ?? share.unitPriceFen * quantity)
    if (quantity === share.left ? remainingFen !== 0 : remainingFen < 0) return { outcome: 'share_changed', sku }
  }
  if (shippingFen > shippingLeft(trade)) return { outcome: 'shipping_refunded' }
  return within(leftFen, { amountFen, lines, shippingFen })
}

/** What a refund of all remaining units of each line would take, and of shipping; at most what is left of the trade. */
export function refundableByLine(trade: RefundableTrade): {
  lines: { sku: string; quantity: number; refundableQuantity: number; refundableFen: number }[]
  shippingRefundableFen: number
} {
  const leftFen = Math.max(0, trade.paidFen - trade.refundingFen)
  const skus = new Set((trade.ordered ?? []).map(({ sku }) => sku))
  const lines = [...skus].map(sku => {
    const share = shareOf(trade, sku)!
    const refundableQuantity = leftFen === 0 ? 0 : Math.max(0, share.left)
    const refundableFen = Math.min(leftFen, amountOf(share, refundableQuantity))
    return { sku, quantity: share.quantity, refundableQuantity, refundableFen }
  })
  return { lines, shippingRefundableFen: Math.min(leftFen, shippingLeft(trade)) }
}

/** What these refunds took, the failed and rejected ones left out. */
export function takenByLine(
  refunds: readonly {
    status: Refund['status']
    lines?: readonly RefundedLine[] | null | undefined
    shippingFen: number
  }[],
): TakenByLine {
  const taken = refunds.filter(isTaking)
  return {
    lines: taken.flatMap(({ lines }) => lines ?? []),
    shippingFen: sum(taken.map(({ shippingFen }) => shippingFen)),
  }
}

/** What was paid for a SKU, and what refunds took of it. */
interface LineShare {
  readonly quantity: number
  readonly unitPriceFen: number
  /** Paid for all units, discounts and surcharges included. */
  readonly netFen: number
  readonly takenFen: number
  /** Units that are not refunded. */
  readonly left: number
}

function shareOf({ ordered = [], taken }: RefundableTrade, sku: string): LineShare | undefined {
  const own = ordered.filter(line => line.sku === sku)
  const unitPriceFen = own[0]?.unitPriceFen
  if (unitPriceFen === undefined) return undefined
  const before = taken.lines.filter(line => line.sku === sku)
  const quantity = sum(own.map(line => line.quantity))
  return {
    quantity,
    unitPriceFen,
    netFen: sum(own.map(line => line.quantity * line.unitPriceFen + (line.adjustmentFen ?? 0))),
    // Refunds from before adjustments have no amount per line: they took the price.
    takenFen: sum(before.map(line => line.amountFen ?? line.quantity * unitPriceFen)),
    left: quantity - sum(before.map(line => line.quantity)),
  }
}

/**
 * The share of the next units of a line: that of all units refunded by then, rounded down, less what was taken. So the
 * last unit takes what rounding left. A failed refund can leave more taken than that; then these units take nothing.
 */
function amountOf({ quantity, netFen, takenFen, left }: LineShare, units: number): number {
  // The product can exceed what a number holds exactly.
  const dueFen = (BigInt(netFen) * BigInt(quantity - left + units)) / BigInt(quantity)
  return Math.max(0, Number(dueFen) - takenFen)
}

function within(leftFen: number, size: Omit<RefundSize & { outcome: 'fits' }, 'outcome'>): RefundSize {
  return size.amountFen > leftFen ? { outcome: 'exceeds_balance', leftFen } : { outcome: 'fits', ...size }
}

function shippingLeft({ shippingFen, taken }: RefundableTrade): number {
  return Math.max(0, shippingFen - taken.shippingFen)
}

/** One entry per SKU. */
function merged(lines: readonly RefundedLine[]): RefundedLine[] {
  const perSku = Map.groupBy(lines, ({ sku }) => sku)
  return [...perSku].map(([sku, same]) => ({ sku, quantity: sum(same.map(({ quantity }) => quantity)) }))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
