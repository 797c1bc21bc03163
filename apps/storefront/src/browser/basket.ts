import { createStored } from './stored.ts'

export interface Basket {
  /** Quantity by SKU, in the order in which they were put in. */
  quantities: Record<string, number>
  /**
   * The Idempotency-Key of this very basket. It is stored before the first attempt to order, so that a retry after a
   * lost connection, or even after closing the browser, can't make a second order. Another basket, another key.
   */
  key: string
}

export const quantityMax = 999

export const basket = createStored<Basket>('qingshan.basket', stored => {
  const { quantities, key } = (stored ?? {}) as Partial<Basket>
  const lines = Object.entries(quantities ?? {}).filter(([, quantity]) => isQuantity(quantity))
  return { quantities: Object.fromEntries(lines), key: typeof key === 'string' && key ? key : newKey() }
})

/** Puts exactly so many of a SKU into the basket; 0 takes it out. */
export function setQuantity(sku: string, quantity: number): void {
  const quantities = { ...basket.get().quantities }
  if (quantity > 0) quantities[sku] = Math.min(quantity, quantityMax)
  else delete quantities[sku]
  basket.set({ quantities, key: newKey() })
}

export function emptyBasket(): void {
  basket.set({ quantities: {}, key: newKey() })
}

/**
 * After a refusal (say, for want of stock) the same basket may be ordered again later: that is a new request, and with
 * the old key it would only get the old refusal again.
 */
export function renewKey(): void {
  basket.set({ ...basket.get(), key: newKey() })
}

export function basketLines(): { sku: string; quantity: number }[] {
  return Object.entries(basket.get().quantities).map(([sku, quantity]) => ({ sku, quantity }))
}

function isQuantity(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= quantityMax
}

/** `crypto.randomUUID` exists on https only; a shop on the local network is tried on http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
