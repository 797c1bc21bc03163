import Type, { type Static } from 'typebox'
import {
  Carrier,
  FulfilmentStatus,
  LineUnits,
  OrderId,
  ShipmentId,
  Timestamp,
  TrackingNumber,
} from '../events/shapes.ts'

/** What leaves the shop in one parcel: `lines`, or all that is left. A repeat with the same `Idempotency-Key` is the same. */
export const ShipmentBody = Type.Object(
  {
    lines: Type.Optional(
      Type.Array(Type.Object(LineUnits.properties, { additionalProperties: false }), { minItems: 1, maxItems: 100 }),
    ),
    carrier: Carrier,
    trackingNumber: TrackingNumber,
  },
  { additionalProperties: false },
)
export type ShipmentBody = Static<typeof ShipmentBody>

export const Shipment = Type.Object({
  shipmentId: ShipmentId,
  orderId: OrderId,
  carrier: Carrier,
  trackingNumber: TrackingNumber,
  lines: Type.Array(LineUnits),
  shippedAt: Timestamp,
  deliveredAt: Type.Optional(Timestamp),
})
export type Shipment = Static<typeof Shipment>

/** `left`: units that are paid, not refunded and not shipped. `refundedShippedLines`: shipped units that were refunded. */
export const ShipmentList = Type.Object({
  fulfilmentStatus: FulfilmentStatus,
  items: Type.Array(Shipment),
  left: Type.Array(LineUnits),
  refundedShippedLines: Type.Array(LineUnits),
})
export type ShipmentList = Static<typeof ShipmentList>

/** Gateway to order-service. */
export const InternalShipment = Type.Object({
  ...ShipmentBody.properties,
  by: Type.String({ minLength: 1, maxLength: 128 }),
  idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type InternalShipment = Static<typeof InternalShipment>
