import Type, { type Static } from 'typebox'
import { Adjustment, Metadata, OrderId, OutTradeNo, PaymentMethod, Reference, Timestamp } from '../events/shapes.ts'
import { RefundBody } from './money.ts'
import { Order, PlaceOrderBody } from './orders.ts'
import { BuyerIds, Instalments } from './payment-methods.ts'
import { OrderNote, ShipTo } from './recipient.ts'

/**
 * Bodies of calls between services. Every such call carries the service token. The first call of each list, and notifies,
 * may also be batched: see batch.ts.
 *
 * order-service:
 * - `POST /orders` InternalPlaceOrder → 201 `{order}` (stock reserved) · 202 `{order}` (stock result still open) ·
 *   200 ReplayedResponse (same key, same body) · problem `out-of-stock`, `unknown-sku`, `idempotency-key-reused`, `request-in-flight`,
 *   `quote-invalid`, `total-changed`, `reference-used`
 * - `POST /idempotent-answers` StoredResponse → 204: stored as the response to repeats of the request · 200 StoredResponse: another response was
 *   stored before, and is to be sent instead
 * - `GET /orders?customerId&cursor&limit` → OrderPage · `GET /orders/{id}?customerId` → OwnOrder · `GET /orders/{id}` → Order (any)
 * - `GET /orders/{id}/status?customerId` → OrderStatusAnswer · `POST /orders/{id}/cancel` `{customerId}` → OrderStatusAnswer
 * - `GET /orders?reference` → OrderPage of any customer · `GET /orders/{id}/recipient` (header `x-actor`) → Recipient
 * - `POST /orders/{id}/shipments` InternalShipment → 201 Shipment, 200 for a repeat · `GET /orders/{id}/shipments` → ShipmentList ·
 *   `POST /shipments/{id}/delivered` `{by}` → Shipment
 * - `GET /customers/{id}/export?cursor` → ExportedOrderPage · `GET /customers/{id}/erasable?cursor` → ErasableOrders ·
 *   `POST /personal-data/erase` EraseStep → ErasedCustomer
 *
 * payment-service:
 * - `POST /payments/open` OpenPayment → OpenedPayment · problem `order-not-found`, `order-not-payable`,
 *   `payment-method-unavailable`, `invalid-request`, `alipay-failed`, `alipay-timeout`
 * - `POST /notify` the raw form → 200 `success` | `failure`
 * - `POST /payments/{orderId}/check` → 204: query Alipay now (limited per order)
 * - `POST /payments/{orderId}/refunds` InternalRefund → 202 Refund, or with `preview` 200 RefundPreview · problem `order-not-refundable`,
 *   `refund-exceeds-balance`, `refund-limit-exceeded`
 * - `GET /admin/refunds` → RefundPage · `POST /admin/refunds/{refundId}/approve|reject|retry` (actor headers) → Refund
 * - `GET /admin/payments` → PaymentPage · `GET /admin/payments/{orderId}` → AdminPayment ·
 *   `POST /admin/payments/{orderId}/query|close` (actor headers) → PaymentResult · `GET /admin/search?q` → SearchHits
 * - `GET /payments/{orderId}/refunds` → RefundList · `GET /payments/{orderId}/timeline` → Timeline
 * - `POST /notifies/{notifyId}/replay` (header `x-actor`) → 200 `{verdict}`
 * - `POST /personal-data/export` OrderIds → `{items: ExportedPayment[]}` · `POST /personal-data/erase` EraseStep → 204
 * - `GET /cases?status&kind&orderId&claimedBy&order&cursor&limit` → CaseList · `GET /cases/{caseId}` → Case ·
 *   `POST /cases/{caseId}/resolve` ResolveCaseBody, `…/claim`, `…/release` (actor headers) → Case
 * - `POST /reconciliations` `{date?}` (header `x-actor`) → 202 run: compare that day's bill, or yesterday's; problem `invalid-request` while the day lasts
 * - `GET /reconciliations/{date}?offset` → `{run, differences, nextOffset}` · `GET /reconciliations/{date}/set-aside?rows=foreign|odd&after` → `{items, nextAfter}`
 *
 * order-service and inventory-service too: `GET /orders/{orderId}/timeline` → Timeline
 *
 * inventory-service:
 * - `GET /products?cursor&limit&all` → ProductList (`all=true`: also what is not on sale) · `GET /products/{sku}` → Product that is on sale
 * - `PUT /products/{sku}` ProductBody (header `x-actor`) → Product · `GET /products/{sku}/changes?cursor&limit` → ProductChangeList
 * - `POST /stock/{sku}/adjustments` StockAdjustmentBody (headers `x-actor`, `idempotency-key`) → StockLevel ·
 *   `GET /stock/{sku}/adjustments?cursor&limit` → StockAdjustmentList
 */
export const InternalPlaceOrder = Type.Object({
  customerId: Type.String({ minLength: 1, maxLength: 128 }),
  items: PlaceOrderBody.properties.items,
  /** How long the caller waits for the stock result, ms. 0 answers at once. */
  waitMs: Type.Integer({ minimum: 0, maximum: 10_000 }),
  idempotency: Type.Optional(
    Type.Object({
      key: Type.String({ minLength: 1, maxLength: 255 }),
      /** Hash of the request: another request with the same key is refused. */
      requestHash: Type.String(),
    }),
  ),
  reference: Type.Optional(Reference),
  metadata: Type.Optional(Metadata),
  note: Type.Optional(OrderNote),
  shipTo: Type.Optional(ShipTo),
  expectedTotalFen: PlaceOrderBody.properties.expectedTotalFen,
  /** Verified by the gateway for this customer and these items, all but its end. */
  quote: Type.Optional(Type.Object({ adjustments: Type.Array(Adjustment), expiresAt: Timestamp })),
})
export type InternalPlaceOrder = Static<typeof InternalPlaceOrder>

export const InternalPlacedOrder = Type.Object({ order: Order })
export type InternalPlacedOrder = Static<typeof InternalPlacedOrder>

/** The exact status and body of the response to the first request. */
export const ReplayedResponse = Type.Object({
  replayed: Type.Object({ status: Type.Integer(), body: Type.String(), contentType: Type.String() }),
})
export type ReplayedResponse = Static<typeof ReplayedResponse>

export const StoredResponse = Type.Object({
  customerId: Type.String(),
  key: Type.String(),
  status: Type.Integer(),
  body: Type.String(),
  contentType: Type.String(),
})
export type StoredResponse = Static<typeof StoredResponse>

export const PaymentForm = Type.Union([Type.Literal('url'), Type.Literal('form'), Type.Literal('qr')])
export type PaymentForm = Static<typeof PaymentForm>

export const InternalRefund = Type.Object({
  ...RefundBody.properties,
  requestedBy: Type.String({ minLength: 1, maxLength: 128 }),
  /** What the requester's refunds of the order may add up to, fen; without it, no limit. */
  limitFen: Type.Optional(Type.Integer({ minimum: 0 })),
  idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type InternalRefund = Static<typeof InternalRefund>

/**
 * `anotherPayer`: the shopper wants to pay from another account, which Alipay ties to a trade: open a new attempt.
 * `quitUrl`: where wap's cashier sends a shopper who leaves; required for wap.
 */
export const OpenPayment = Type.Object({
  orderId: OrderId,
  method: PaymentMethod,
  /** Only page and wap have a form. */
  as: Type.Union([Type.Literal('url'), Type.Literal('form')]),
  returnUrl: Type.String(),
  quitUrl: Type.Optional(Type.String()),
  anotherPayer: Type.Optional(Type.Boolean()),
  instalments: Type.Optional(Instalments),
  ...BuyerIds,
})
export type OpenPayment = Static<typeof OpenPayment>

/**
 * `content` is what the method gives: page and wap, Alipay's signed URL or an HTML form that submits itself; app, the
 * order string for the mobile SDK; jsapi, Alipay's number of the trade; qr, the text of the code.
 */
export const OpenedPayment = Type.Object({
  orderId: OrderId,
  outTradeNo: OutTradeNo,
  method: PaymentMethod,
  content: Type.String(),
})
export type OpenedPayment = Static<typeof OpenedPayment>
