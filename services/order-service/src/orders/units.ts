import type { LineUnits } from '@alipay-checkout/contracts'

/** One entry per SKU, in the order in which the SKUs are first named. */
export function mergeUnits(lines: readonly LineUnits[]): LineUnits[] {
  return Array.from(unitsBySku(lines), ([sku, quantity]) => ({ sku, quantity }))
}

/** What remains of `lines` without `taken`, by SKU: never below 0, and without SKUs of which nothing remains. */
export function subtractUnits(lines: readonly LineUnits[], taken: readonly LineUnits[]): LineUnits[] {
  const bySku = unitsBySku(taken)
  return mergeUnits(lines).flatMap(({ sku, quantity }) => someUnits(sku, quantity - (bySku.get(sku) ?? 0)))
}

/** The units of `lines` that are in `others` too, by SKU. */
export function commonUnits(lines: readonly LineUnits[], others: readonly LineUnits[]): LineUnits[] {
  const bySku = unitsBySku(others)
  return mergeUnits(lines).flatMap(({ sku, quantity }) => someUnits(sku, Math.min(quantity, bySku.get(sku) ?? 0)))
}

function unitsBySku(lines: readonly LineUnits[]): Map<string, number> {
  const bySku = new Map<string, number>()
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity)
  return bySku
}

function someUnits(sku: string, quantity: number): LineUnits[] {
  return quantity > 0 ? [{ sku, quantity }] : []
}
