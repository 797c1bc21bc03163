import { createHash } from 'node:crypto'
import type { PlaceOrderBody } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'

type Line = PlaceOrderBody['items'][number]

/** The contract's largest quantity of one line; it holds for merged lines too. */
export const quantityMax = 1_000_000

/**
 * Makes one line of each SKU, in the order in which the SKUs first appear. Throws the problem `invalid-request` naming
 * the line where a SKU's sum becomes more than one line may have.
 */
export function mergeLines(items: readonly Line[]): Line[] {
  const quantities = new Map<string, number>()
  for (const [index, { sku, quantity }] of items.entries()) {
    const sum = (quantities.get(sku) ?? 0) + quantity
    if (sum > quantityMax) {
      const field = `items.${index}.quantity`
      const message = `brings ${sku} to ${sum}, more than ${quantityMax}`
      throw new Problem('invalid-request', `${field} ${message}.`, { errors: [{ field, message }] })
    }
    quantities.set(sku, sum)
  }
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }))
}

/** A hash over what is asked for, whatever the spelling: white space, the order of keys and lines, repeated SKUs. */
export function requestHash(merged: readonly Line[]): string {
  const canonical = merged.map(({ sku, quantity }) => [sku, quantity] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}

/** Whether a `Prefer` header (RFC 7240) asks to be answered before the outcome is known. */
export function prefersAsync(prefer: string | undefined): boolean {
  return prefer?.split(',').some(preference => /^\s*respond-async\s*(;.*)?$/i.test(preference)) ?? false
}
