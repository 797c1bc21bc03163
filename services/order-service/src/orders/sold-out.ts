import type { Shortage } from '@alipay-checkout/contracts'

/** How long a sold-out SKU is cached, ms. Units that come back on sale can be ordered after that time at the latest. */
const cachedMs = 200
/**
 * Rejections of one SKU in one batch of stock results from which on it is cached as sold out. With fewer, every order is
 * sent to inventory-service, so that a unit that just came back on sale can be ordered at once.
 */
const rejectionsMin = 16

/** SKUs that were sold out a moment ago. Under a rush, orders for them are refused without inventory-service. */
export interface SoldOutCache {
  /** Takes the shortages of one batch of stock results. */
  record(shortages: readonly Shortage[]): void
  /** The shortages of those items that are cached as sold out; empty where inventory-service has to decide. */
  shortagesOf(items: readonly { sku: string; quantity: number }[]): Shortage[]
}

/** @param now ms on a monotonic clock */
export function createSoldOutCache(now: () => number = () => performance.now()): SoldOutCache {
  const soldOutUntil = new Map<string, number>()
  return {
    record(shortages) {
      const at = now()
      for (const [sku, until] of soldOutUntil) if (until <= at) soldOutUntil.delete(sku)
      const soldOut = shortages.filter(({ available }) => available === 0)
      for (const [sku, rejections] of Map.groupBy(soldOut, ({ sku }) => sku)) {
        if (rejections.length >= rejectionsMin) soldOutUntil.set(sku, at + cachedMs)
      }
    },
    shortagesOf(items) {
      if (soldOutUntil.size === 0) return []
      const at = now()
      return items
        .filter(({ sku }) => (soldOutUntil.get(sku) ?? 0) > at)
        .map(({ sku, quantity }) => ({ sku, requested: quantity, available: 0 }))
    },
  }
}
