import { createHash } from 'node:crypto'
import type { PlaceOrderBody } from '@alipay-checkout/contracts'
import { invalidField } from '@alipay-checkout/service-kit'

type Line = PlaceOrderBody['items'][number]

/** The contract's largest quantity of one line, which holds for merged lines as well. */
export const quantityMax = 1_000_000

/**
 * Merges the lines of each SKU into one, in the order in which the SKUs first appear. Throws `invalid-request` naming
 * the line with which a SKU's sum exceeds the largest quantity.
 */
export function mergeLines(items: readonly Line[]): Line[] {
  const quantities = new Map<string, number>()
  for (const [index, { sku, quantity }] of items.entries()) {
    const sum = (quantities.get(sku) ?? 0) + quantity
    if (sum > quantityMax) {
      throw invalidField(`items.${index}.quantity`, `raises ${sku} to ${sum}, more than ${quantityMax}`)
    }
    quantities.set(sku, sum)
  }
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }))
}

/**
 * A hash of the request's meaning: white space, the order of keys and lines, and repeated SKUs make no difference. How it
 * is to be paid counts as it is given; a request that does not say so has the hash of its lines alone.
 */
export function requestHash(merged: readonly Line[], payment: Omit<PlaceOrderBody, 'items'> = {}): string {
  const lines = merged.map(({ sku, quantity }) => [sku, quantity] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const { paymentMethod, instalments, buyerOpenId, buyerId } = payment
  const { number, sellerPaysFee } = instalments ?? {}
  const how = { paymentMethod, number, sellerPaysFee, buyerOpenId, buyerId }
  const saysHow = Object.values(how).some(value => value !== undefined)
  const canonical = JSON.stringify(saysHow ? { lines, ...how } : lines)
  return createHash('sha256').update(canonical).digest('hex')
}

/** Whether a `Prefer` header (RFC 7240) has `respond-async`: answer before the outcome is known. */
export function prefersAsync(prefer: string | undefined): boolean {
  return prefer?.split(',').some(preference => /^\s*respond-async\s*(;.*)?$/i.test(preference)) ?? false
}
