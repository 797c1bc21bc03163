import { type RefundList, underWay } from './order-data.ts'

/** Units of a line in refunds. */
export interface RefundedUnits {
  /** Units whose money went back. */
  done: number
  /** Units in refunds that are not finished. */
  underWay: number
}

/**
 * Units of a line in refunds by line. A refund of everything that is left, or of an amount, has no lines: where nothing
 * is left of the trade, the remaining units are refunded, or under way while one of these refunds is.
 */
export function refundedUnits(refunds: RefundList, sku: string): RefundedUnits {
  const units = { done: 0, underWay: 0 }
  for (const { status, lines = [] } of refunds.items) {
    const quantity = lines.filter(line => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0)
    if (status === 'SUCCEEDED') units.done += quantity
    if (underWay.has(status)) units.underWay += quantity
  }
  const line = refunds.lines.find(one => one.sku === sku)
  if (line !== undefined && refunds.paidFen > 0 && refunds.refundableFen === 0) {
    const rest = Math.max(0, line.quantity - line.refundableQuantity - units.done - units.underWay)
    const pending = refunds.items.some(({ status, lines }) => lines === undefined && underWay.has(status))
    units[pending ? 'underWay' : 'done'] += rest
  }
  return units
}
