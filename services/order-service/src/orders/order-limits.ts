import { Problem } from '@alipay-checkout/service-kit'
import type { CatalogueEntry } from '../catalogue/product-store.ts'

/** Limits of one customer. The limit of a single product is in the catalogue. */
export interface OrderLimits {
  /** Unpaid orders of one customer at the same time. */
  openOrdersMax: number
  /** Units of one SKU in one order. */
  unitsPerLineMax: number
}

/** Earlier orders of the customers of a batch. A missing entry counts as 0. */
export interface OrderedSoFar {
  /** Number of unpaid orders by customer. */
  openOrders: ReadonlyMap<string, number>
  /** Units of SKUs that have a limit per customer, by `unitsKey`. */
  units: ReadonlyMap<string, number>
}

export interface LimitedOrder {
  readonly customerId: string
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
}

export const unitsKey = (customerId: string, sku: string): string => JSON.stringify([customerId, sku])

/**
 * Checks the orders of one batch in sequence. Call `add` for each order that is placed, so that the following orders of
 * the same customer in the batch are checked against it.
 */
export function createLimitCheck(limits: OrderLimits, ordered: OrderedSoFar) {
  const openOrders = new Map(ordered.openOrders)
  const units = new Map(ordered.units)

  return {
    /** Returns the problem of an order beyond a limit, else undefined. `catalogue` has all SKUs of the order. */
    refusalOf(order: LimitedOrder, catalogue: ReadonlyMap<string, CatalogueEntry>): Problem | undefined {
      const lines = Array.from(unitsBySku(order), ([sku, requested]) => ({ sku, requested }))
      return (
        tooManyUnits(lines, limits.unitsPerLineMax) ??
        productLimitReached(
          lines.flatMap(line => {
            const maxPerCustomer = catalogue.get(line.sku)?.maxPerCustomer ?? null
            if (maxPerCustomer === null) return []
            return [{ ...line, ordered: units.get(unitsKey(order.customerId, line.sku)) ?? 0, maxPerCustomer }]
          }),
        ) ??
        tooManyOpenOrders(openOrders.get(order.customerId) ?? 0, limits.openOrdersMax)
      )
    },
    add(order: LimitedOrder): void {
      const { customerId } = order
      openOrders.set(customerId, (openOrders.get(customerId) ?? 0) + 1)
      for (const [sku, quantity] of unitsBySku(order)) {
        const key = unitsKey(customerId, sku)
        units.set(key, (units.get(key) ?? 0) + quantity)
      }
    },
  }
}

function unitsBySku({ items }: LimitedOrder): Map<string, number> {
  const units = new Map<string, number>()
  for (const { sku, quantity } of items) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return units
}

function tooManyUnits(lines: readonly { sku: string; requested: number }[], unitsMax: number): Problem | undefined {
  const refused = lines.filter(({ requested }) => requested > unitsMax).map(line => ({ ...line, unitsMax }))
  if (refused.length === 0) return undefined
  const named = refused.map(({ sku, requested }) => `${requested} of ${sku}`).join(', ')
  return new Problem(
    'too-many-units',
    `One order can have at most ${unitsMax} units of a product. Requested: ${named}. Order fewer.`,
    {
      lines: refused,
    },
  )
}

function productLimitReached(
  lines: readonly { sku: string; requested: number; ordered: number; maxPerCustomer: number }[],
): Problem | undefined {
  const refused = lines.filter(({ requested, ordered, maxPerCustomer }) => ordered + requested > maxPerCustomer)
  if (refused.length === 0) return undefined
  const named = refused.map(
    ({ sku, ordered, maxPerCustomer }) => `${maxPerCustomer} of ${sku} (already ordered: ${ordered})`,
  )
  return new Problem('product-limit-reached', `One customer can buy at most ${named.join(', ')}.`, { lines: refused })
}

function tooManyOpenOrders(openOrders: number, openOrdersMax: number): Problem | undefined {
  if (openOrders < openOrdersMax) return undefined
  return new Problem(
    'too-many-open-orders',
    `You have ${openOrders} unpaid orders; the limit is ${openOrdersMax}. Pay or cancel one, or wait until one expires.`,
    { openOrders, openOrdersMax },
  )
}
