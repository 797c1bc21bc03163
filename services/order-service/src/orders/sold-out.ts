import type { Shortage } from '@alipay-checkout/contracts'

/** How long a refusal counts for those who come after it, ms: what comes back on sale waits that long for its buyers. */
const believedMs = 200
/**
 * Refusals of a SKU in one batch of verdicts that make a crowd. Short of one, inventory-service is asked every time, so
 * that whoever puts something back on sale and orders it at once gets it.
 */
const crowdSize = 16

/** What a crowd has just been refused because nothing was left of it: the rest of the crowd can be told at once. */
export interface SoldOut {
  /** Takes the shortages of one batch of verdicts. */
  heard(shortages: readonly Shortage[]): void
  /** What is known to be missing of these; nothing where inventory-service has to be asked. */
  shortagesOf(items: readonly { sku: string; quantity: number }[]): Shortage[]
}

/** @param now ms on a clock that never goes back */
export function createSoldOutMemory(now: () => number = () => performance.now()): SoldOut {
  const believedUntil = new Map<string, number>()
  return {
    heard(shortages) {
      const at = now()
      for (const [sku, until] of believedUntil) if (until <= at) believedUntil.delete(sku)
      const gone = shortages.filter(({ available }) => available === 0)
      for (const [sku, refusals] of Map.groupBy(gone, ({ sku }) => sku)) {
        if (refusals.length >= crowdSize) believedUntil.set(sku, at + believedMs)
      }
    },
    shortagesOf(items) {
      if (believedUntil.size === 0) return []
      const at = now()
      return items
        .filter(({ sku }) => (believedUntil.get(sku) ?? 0) > at)
        .map(({ sku, quantity }) => ({ sku, requested: quantity, available: 0 }))
    },
  }
}
