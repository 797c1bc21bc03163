import type { StockLevel } from '@alipay-checkout/contracts'

/** The most units that may ever have been supplied of one SKU: every sum of such numbers is still exact. */
export const suppliedMax = 1_000_000_000_000

export type Adjustment =
  | { readonly outcome: 'changed'; readonly level: StockLevel }
  | { readonly outcome: 'ignored'; readonly why: 'nothing_to_change' }
  | { readonly outcome: 'rejected'; readonly why: 'insufficient_stock' | 'too_much_supplied' }

/** Lets `delta` units come in (positive) or leave (negative). What is held or sold can't leave. */
export function adjust(level: StockLevel, delta: number): Adjustment {
  if (delta === 0) return { outcome: 'ignored', why: 'nothing_to_change' }
  if (level.available + delta < 0) return { outcome: 'rejected', why: 'insufficient_stock' }
  if (level.supplied + delta > suppliedMax) return { outcome: 'rejected', why: 'too_much_supplied' }
  return {
    outcome: 'changed',
    level: { ...level, available: level.available + delta, supplied: level.supplied + delta },
  }
}
