import Type, { type Static } from 'typebox'
import { linePattern, OrderId } from '../events/shapes.ts'

/** Text of one line that a person reads: not only white space, and without control characters. */
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: linePattern })

/** Where an order is sent. Personal: it is stored in order-service only, and never in events, logs or stored responses. */
export const ShipTo = Type.Object(
  {
    name: text(64),
    phone: Type.String({ pattern: '^\\+?[0-9][0-9 -]{4,19}$', description: 'Digits, spaces and `-`, `+` in front' }),
    province: text(64),
    city: text(64),
    district: text(64),
    street: text(256),
    postalCode: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9 -]{2,11}$' })),
    country: Type.Optional(Type.Literal('CN', { description: 'Default CN' })),
  },
  { additionalProperties: false },
)
export type ShipTo = Static<typeof ShipTo>

/** What the shopper writes to the shop. Personal, as `ShipTo`. Lines may end, so control characters are allowed but U+0000. */
export const OrderNote = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '^[^\\u0000]*$',
  description: 'From the shopper to the shop, at most 500 characters',
})

/** For fulfilment: where an order is sent; without `shipTo` and `note` where the shopper gave none, or they are deleted. */
export const Recipient = Type.Object({
  orderId: OrderId,
  shipTo: Type.Optional(ShipTo),
  note: Type.Optional(OrderNote),
})
export type Recipient = Static<typeof Recipient>
