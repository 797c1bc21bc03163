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

/** What a request says besides its lines. */
type Said = Omit<PlaceOrderBody, 'items'>

/**
 * A hash of the request's meaning: white space, the order of keys and lines, and repeated SKUs make no difference. How it
 * is to be paid and what it carries count as they are given; a request that says neither has the hash of its lines alone.
 */
export function requestHash(merged: readonly Line[], said: Said = {}): string {
  const lines = merged.map(({ sku, quantity }) => [sku, quantity] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const more = canonicalOf(said)
  const saysMore = Object.values(more).some(value => value !== undefined)
  const canonical = JSON.stringify(saysMore ? { lines, ...more } : lines)
  return createHash('sha256').update(canonical).digest('hex')
}

/** The fields in one order of keys; JSON leaves out those that are undefined. New ones are added at the end. */
function canonicalOf({ paymentMethod, instalments, buyerOpenId, buyerId, ...carried }: Said): object {
  const { number, sellerPaysFee } = instalments ?? {}
  const { reference, metadata, note, shipTo, quote, expectedTotalFen } = carried
  const entries = metadata && Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))
  const { name, phone, province, city, district, street, postalCode, country } = shipTo ?? {}
  const address = shipTo && { name, phone, province, city, district, street, postalCode, country }
  const how = { paymentMethod, number, sellerPaysFee, buyerOpenId, buyerId }
  return { ...how, reference, metadata: entries, note, shipTo: address, quote, expectedTotalFen }
}

/** Whether a `Prefer` header (RFC 7240) has `respond-async`: answer before the outcome is known. */
export function prefersAsync(prefer: string | undefined): boolean {
  return prefer?.split(',').some(preference => /^\s*respond-async\s*(;.*)?$/i.test(preference)) ?? false
}
