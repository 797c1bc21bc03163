import type { OrderLine } from '@alipay-checkout/contracts'
import Type, { type Static } from 'typebox'
import type { CatalogueEntry } from '../catalogue/product-store.ts'
import type { OrderDetails, OrderState } from '../orders/order-state.ts'

/** What payment-service and inventory-service have of an order that order-service lost. */
export const LostOrder = Type.Object({
  orderId: Type.String({ pattern: '^ord_[0-9a-f]{32}$' }),
  payment: Type.Optional(
    Type.Object({
      customerId: Type.String({ minLength: 1, maxLength: 128 }),
      amountFen: Type.Integer({ minimum: 1 }),
      status: Type.Union([
        Type.Literal('EXPECTED'),
        Type.Literal('CLOSING'),
        Type.Literal('PAID'),
        Type.Literal('CLOSED'),
      ]),
      expiresAt: Type.String({ format: 'date-time' }),
      /** Null in payments from before lines were stored. */
      lines: Type.Union([
        Type.Array(
          Type.Object({
            sku: Type.String(),
            quantity: Type.Integer({ minimum: 1 }),
            unitPriceFen: Type.Integer({ minimum: 1 }),
            adjustmentFen: Type.Optional(Type.Integer()),
          }),
        ),
        Type.Null(),
      ]),
      shippingFen: Type.Integer({ minimum: 0 }),
    }),
  ),
  stock: Type.Optional(
    Type.Object({
      status: Type.Union([
        Type.Literal('RESERVED'),
        Type.Literal('COMMITTED'),
        Type.Literal('RELEASED'),
        Type.Literal('REJECTED'),
      ]),
      lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer({ minimum: 1 }) }), { minItems: 1 }),
    }),
  ),
})
export type LostOrder = Static<typeof LostOrder>

/** The customer of an order of which only the stock is known. No shopper has this id. */
export const unknownCustomer = 'lost-in-a-restore'

export type Rebuilt =
  | { readonly outcome: 'rebuilt'; readonly details: OrderDetails; readonly state: OrderState }
  /** `no_lines`: neither service knows what was ordered. `no_price`: the stock's product has no price. */
  | { readonly outcome: 'not_rebuilt'; readonly orderId: string; readonly reason: 'no_lines' | 'no_price' }

/**
 * Rebuilds a lost order from what the other services have of it, in a state from which it goes on by itself. Recipient, note,
 * reference, metadata and the key of the request are lost. Pure.
 *
 * @param ttlMs how long an order can be paid, where the end is not known
 */
export function rebuildOrder(
  { orderId, payment, stock }: LostOrder,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  ttlMs: number,
): Rebuilt {
  const known: readonly Pick<OrderLine, 'sku' | 'quantity' | 'adjustmentFen'>[] = payment?.lines ?? stock?.lines ?? []
  if (known.length === 0) return { outcome: 'not_rebuilt', orderId, reason: 'no_lines' }
  const prices = new Map((payment?.lines ?? []).map(({ sku, unitPriceFen }) => [sku, unitPriceFen]))
  const lines: OrderLine[] = []
  for (const line of known) {
    const unitPriceFen = prices.get(line.sku) ?? catalogue.get(line.sku)?.priceFen
    if (unitPriceFen === undefined) return { outcome: 'not_rebuilt', orderId, reason: 'no_price' }
    lines.push({ ...line, title: catalogue.get(line.sku)?.title ?? line.sku, unitPriceFen })
  }
  const createdAt = timeOf(orderId)
  const shippingFen = payment?.shippingFen ?? 0
  const sumFen = lines.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0)
  const details: OrderDetails = {
    orderId,
    customerId: payment?.customerId ?? unknownCustomer,
    totalFen: payment?.amountFen ?? sumFen,
    lines,
    adjustments: shippingFen > 0 ? [{ type: 'shipping', label: 'shipping', amountFen: shippingFen }] : [],
    createdAt,
    expiresAt: payment ? new Date(payment.expiresAt) : new Date(createdAt.getTime() + ttlMs),
  }
  return { outcome: 'rebuilt', details, state: stateOf(payment, stock) }
}

function stateOf(payment: LostOrder['payment'], stock: LostOrder['stock']): OrderState {
  const isClosing = payment?.status === 'CLOSING' || payment?.status === 'CLOSED'
  switch (stock?.status) {
    case 'RELEASED':
    case 'REJECTED':
      return { status: 'CANCELLED' }
    // It was paid: the payment arrives when payment-service republishes it.
    case 'COMMITTED':
      return { status: 'PENDING_PAYMENT' }
    case 'RESERVED':
      return isClosing ? { status: 'CLOSING', reason: 'cancelled', reserved: true } : { status: 'PENDING_PAYMENT' }
    default:
      return isClosing ? { status: 'CLOSING', reason: 'cancelled', reserved: false } : { status: 'RESERVING' }
  }
}

/** When the order was placed: its id is a UUID of version 7, which begins with the time in ms. */
function timeOf(orderId: string): Date {
  return new Date(Number.parseInt(orderId.slice('ord_'.length, 'ord_'.length + 12), 16))
}
