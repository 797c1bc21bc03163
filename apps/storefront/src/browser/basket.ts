import { createStored } from './stored.ts'

export interface Basket {
  /** Quantity by SKU, in the order in which the SKUs were added. */
  quantities: Record<string, number>
  /**
   * The Idempotency-Key of an order with this content. It is stored before the first attempt, so that a retry after a
   * lost connection, or after closing the browser, can't place a second order. Every change of the basket renews it.
   */
  key: string
}

export const quantityMax = 999

export const basket = createStored<Basket>('qingshan.basket', stored => {
  const { quantities, key } = (stored ?? {}) as Partial<Basket>
  const lines = Object.entries(quantities ?? {}).filter(([, quantity]) => isQuantity(quantity))
  return { quantities: Object.fromEntries(lines), key: typeof key === 'string' && key ? key : newKey() }
})

/** Sets the quantity of a SKU in the basket; 0 removes it. */
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
 * Call it after a refused order, for example when stock is short: ordering the same basket later is a new request, and
 * with the old key it would get the stored refusal.
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

/** `crypto.randomUUID` exists on https only, and a shop on a local network may run on http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
