import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { Fen, OrderId, Shortage, Sku, UnitsPerCustomer } from './shapes.ts'

const tradeNo = Type.Optional(
  Type.String({
    description: 'The trade of the OrderReinstating that this answers; without it, it answers OrderCreated',
  }),
)

export const StockReserved = defineEvent(
  'StockReserved',
  'inventory.events',
  Type.Object({ orderId: OrderId, tradeNo }, { description: 'Every line of the order is reserved.' }),
)
export type StockReserved = EventOf<typeof StockReserved>

export const StockRejected = defineEvent(
  'StockRejected',
  'inventory.events',
  Type.Object(
    { orderId: OrderId, shortages: Type.Array(Shortage, { minItems: 1, description: 'What is missing' }), tradeNo },
    { description: 'At least one line of the order could not be reserved, so none is.' },
  ),
)
export type StockRejected = EventOf<typeof StockRejected>

export const ProductChanged = defineEvent(
  'ProductChanged',
  'inventory.events',
  Type.Object(
    {
      sku: Sku,
      title: Type.String({ description: 'Shown to shoppers' }),
      priceFen: Fen,
      version: Type.Integer({ minimum: 1, description: 'Grows with every change: an older version never wins' }),
      onSale: Type.Optional(Type.Boolean({ description: 'Absent: the product is on sale' })),
      maxPerCustomer: Type.Optional(
        Type.Integer({ ...UnitsPerCustomer, description: 'Units that one customer may buy; absent: no limit' }),
      ),
    },
    { description: 'A product was set. Its key is the SKU.' },
  ),
)
export type ProductChanged = EventOf<typeof ProductChanged>

export type InventoryEvent = StockReserved | StockRejected | ProductChanged
