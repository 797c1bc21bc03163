import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { Fen, OrderId, Shortage, Sku, UnitsPerCustomer } from './shapes.ts'

/** The trade of the `OrderReinstating` that a verdict answers; a verdict without it answers `OrderCreated`. */
const tradeNo = Type.Optional(Type.String())

/** Every line of the order is held. */
export const StockReserved = defineEvent(
  'StockReserved',
  'inventory.events',
  Type.Object({ orderId: OrderId, tradeNo }),
)
export type StockReserved = EventOf<typeof StockReserved>

/** At least one line could not be held, so none is. */
export const StockRejected = defineEvent(
  'StockRejected',
  'inventory.events',
  Type.Object({ orderId: OrderId, shortages: Type.Array(Shortage, { minItems: 1 }), tradeNo }),
)
export type StockRejected = EventOf<typeof StockRejected>

/**
 * A product was set. Its key is the SKU; `version` grows with every change, so that an old one never wins. Without
 * `onSale` it is on sale; without `maxPerCustomer` one customer may buy any number of units.
 */
export const ProductChanged = defineEvent(
  'ProductChanged',
  'inventory.events',
  Type.Object({
    sku: Sku,
    title: Type.String(),
    priceFen: Fen,
    version: Type.Integer({ minimum: 1 }),
    onSale: Type.Optional(Type.Boolean()),
    maxPerCustomer: Type.Optional(UnitsPerCustomer),
  }),
)
export type ProductChanged = EventOf<typeof ProductChanged>

export type InventoryEvent = StockReserved | StockRejected | ProductChanged
