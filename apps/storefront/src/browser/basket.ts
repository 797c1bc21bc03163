import type { Adjustment } from '@alipay-checkout/contracts'
import type { RecipientBody } from './recipient-fields.ts'
import { createStored } from './stored.ts'

/** What the shopper is asked to agree to: the total, and the quote that grants what differs from the prices of the goods. */
export interface Offer {
  /** Absent where the shop grants nothing: the total is that of the goods. */
  quote?: string
  adjustments: readonly Adjustment[]
  totalFen: number
}

/** What was ordered with the basket, and at which offer. */
interface SentOrder {
  recipient: RecipientBody
  offer: Offer
}

export interface Basket {
  /** Quantity by SKU, in the order in which the SKUs were added. */
  quantities: Record<string, number>
  /**
   * The Idempotency-Key of an order with this content. It is stored before the first attempt, so that a retry after a
   * lost connection, or after closing the browser, can't place a second order. Every change of the basket renews it.
   */
  key: string
  /** The order that was sent with the key. It is stored while its outcome is unknown: a repeat must be the same request. */
  sent?: SentOrder
}

export const quantityMax = 999

export const basket = createStored<Basket>('qingshan.basket', stored => {
  const { quantities, key, sent } = (stored ?? {}) as Partial<Basket>
  const lines = Object.entries(quantities ?? {}).filter(([, quantity]) => isQuantity(quantity))
  return {
    quantities: Object.fromEntries(lines),
    key: typeof key === 'string' && key ? key : newKey(),
    ...(isSent(sent) && { sent }),
  }
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
  basket.set({ quantities: basket.get().quantities, key: newKey() })
}

/** Call it before an order is sent. */
export function keepSent(sent: SentOrder): void {
  basket.set({ ...basket.get(), sent })
}

/** Call it when what is ordered changes besides the quantities: a repeat would be another request. */
export function forgetSent(): void {
  if (basket.get().sent !== undefined) renewKey()
}

export function basketLines(): { sku: string; quantity: number }[] {
  return Object.entries(basket.get().quantities).map(([sku, quantity]) => ({ sku, quantity }))
}

function isSent(sent: SentOrder | undefined): sent is SentOrder {
  const { recipient, offer } = sent ?? {}
  return recipient?.shipTo !== undefined && Array.isArray(offer?.adjustments) && Number.isInteger(offer.totalFen)
}

function isQuantity(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= quantityMax
}

/** `crypto.randomUUID` exists on https only, and a shop on a local network may run on http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
