import { createHash } from 'node:crypto'
import { InternalShipment, OrderId, type Shipment, ShipmentId } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import {
  type Actor,
  ActorHeaders,
  actorFrom,
  assertNever,
  currentTrace,
  type HttpApp,
  Problem,
} from '@alipay-checkout/service-kit'
import { type AuditedChange, auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import Type, { type Static } from 'typebox'
import { decideFulfilments } from './decide-all.ts'
import { type FulfilmentDecision, type FulfilmentInput, shipmentsMax } from './fulfilment.ts'
import { shipmentBody, shipmentList } from './order-body.ts'
import type { Order } from './order-state.ts'
import { decisionWrites, findOrder, lockOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'
import { mergeUnits } from './units.ts'

interface ShipmentOptions {
  db: Db
  outbox: Outbox
  watch: OrderWatch
  completer: DueWorker
  /** How long after an order is DELIVERED it is completed, ms. */
  completeAfterMs: number
}

/** What a route knows besides the input: who requested it, in which trace. */
interface Requested {
  actor: Actor
  traceparent: string | undefined
}

const OrderParams = Type.Object({ orderId: OrderId })
const ShipmentParams = Type.Object({ shipmentId: ShipmentId })
const Delivered = Type.Object({ by: InternalShipment.properties.by })

/**
 * `POST /orders/{orderId}/shipments` InternalShipment → 201 Shipment, or 200 for a repeat with the same key ·
 * `GET /orders/{orderId}/shipments` → ShipmentList · `POST /shipments/{shipmentId}/delivered` `{by}` → 200 Shipment.
 */
export function addShipments(app: HttpApp, options: ShipmentOptions): void {
  const decide = createDecider(options)

  app.post(
    '/orders/:orderId/shipments',
    { schema: { params: OrderParams, body: InternalShipment, headers: ActorHeaders } },
    async ({ params: { orderId }, body, headers }, reply) => {
      const { order, decision } = await decide(orderId, shipInput(body), requestedBy(body.by, headers))
      if (!order) throw orderNotFound(orderId)
      if (decision.outcome === 'rejected') throw refusalOf(decision, order)
      return reply.code(decision.outcome === 'changed' ? 201 : 200).send(bodyOf(order, decision))
    },
  )

  app.get('/orders/:orderId/shipments', { schema: { params: OrderParams } }, async ({ params: { orderId } }) => {
    const order = await findOrder(options.db, orderId)
    if (!order) throw orderNotFound(orderId)
    return shipmentList(order)
  })

  app.post(
    '/shipments/:shipmentId/delivered',
    { schema: { params: ShipmentParams, body: Delivered, headers: ActorHeaders } },
    async ({ params: { shipmentId }, body, headers }) => {
      const orderId = `ord_${shipmentId.split('_')[1]}`
      const input = { type: 'delivered', shipmentId } as const
      const { order, decision } = await decide(orderId, input, requestedBy(body.by, headers))
      if (!order || decision.outcome === 'rejected') {
        throw new Problem('shipment-not-found', `There is no shipment ${shipmentId}.`)
      }
      return bodyOf(order, decision)
    },
  )
}

/** Decides one input under the lock of the order's row, so that concurrent requests and refunds see each other. */
function createDecider({ outbox, watch, completer, completeAfterMs }: ShipmentOptions) {
  return (orderId: string, input: FulfilmentInput, { actor, traceparent }: Requested) =>
    outbox.transact(async tx => {
      const [orders, now] = await Promise.all([lockOrders(tx, [orderId]), databaseNow(tx)])
      const cause = `request of ${actor.id}`
      const decided = decideFulfilments(orders, [{ orderId, input, cause, traceparent }], { now, completeAfterMs })
      const { changed, events, decisions } = decided
      const decision = decisions[0] as FulfilmentDecision
      return {
        writes: [...decisionWrites(decided, now), ...auditInserts(auditedShipment(actor, orders[0], decision))],
        events,
        now,
        afterCommit() {
          watch.announce(changed)
          completer.schedule(changed.flatMap(({ fulfilment: { completeAt } }) => completeAt ?? []))
        },
        result: { order: changed[0] ?? orders[0], decision },
      }
    })
}

/** The body names who acts; the headers add the role and the request. */
function requestedBy(by: string, headers: Static<typeof ActorHeaders>): Requested {
  return { actor: { ...actorFrom(headers), id: by }, traceparent: currentTrace()?.traceparent }
}

/** The audit log's row about a new or a delivered shipment: none for a repeat. */
function auditedShipment(actor: Actor, before: Order | undefined, decision: FulfilmentDecision): AuditedChange[] {
  if (decision.outcome !== 'changed' || !decision.shipment) return []
  const { order, shipment } = decision
  const { shipmentId, carrier, lines, deliveredAt } = shipment
  const isNew = deliveredAt === undefined
  return [
    {
      actor,
      action: isNew ? 'shipment.create' : 'shipment.deliver',
      object: shipmentId,
      orderId: order.orderId,
      before: { fulfilmentStatus: before?.fulfilment.status },
      after: { fulfilmentStatus: order.fulfilment.status, ...(isNew ? { carrier, lines } : {}) },
    },
  ]
}

function shipInput({ lines, carrier, trackingNumber, by, idempotencyKey }: InternalShipment): FulfilmentInput {
  // The hash does not depend on the order in which the lines are sent.
  const sorted = lines && mergeUnits(lines).toSorted((one, other) => (one.sku < other.sku ? -1 : 1))
  const text = JSON.stringify([sorted ?? null, carrier, trackingNumber])
  const requestHash = createHash('sha256').update(text).digest('hex')
  const repeatable = idempotencyKey === undefined ? undefined : { idempotencyKey, requestHash }
  return { type: 'ship', lines: sorted, carrier, trackingNumber, by, repeatable }
}

function bodyOf({ orderId }: Order, decision: FulfilmentDecision): Shipment {
  if (!('shipment' in decision) || !decision.shipment) throw new Error(`the decision about ${orderId} has no shipment`)
  return shipmentBody(orderId, decision.shipment)
}

function orderNotFound(orderId: string): Problem {
  return new Problem('order-not-found', `There is no order ${orderId}.`)
}

function refusalOf(rejected: Extract<FulfilmentDecision, { outcome: 'rejected' }>, order: Order): Problem {
  const orderStatus = order.status
  switch (rejected.reason) {
    case 'unknown_order':
      return orderNotFound(order.orderId)
    case 'not_paid':
      return new Problem('order-not-shippable', `Only a PAID order can be shipped, and this one is ${orderStatus}.`, {
        orderStatus,
      })
    case 'too_many_shipments': {
      const detail = `The order has ${shipmentsMax} shipments, which is the most that an order can have.`
      return new Problem('order-not-shippable', detail, { orderStatus })
    }
    case 'nothing_left': {
      const detail = 'All units of the order are shipped or refunded. GET the list of its shipments to see them.'
      return new Problem('shipment-exceeds-order', detail, { left: [] })
    }
    case 'exceeds': {
      const detail = 'These lines are more than what is left of the order. `left` lists what can be shipped.'
      return new Problem('shipment-exceeds-order', detail, { left: rejected.left })
    }
    case 'key_reused': {
      const detail =
        'This Idempotency-Key was used for another shipment of the order. Use a new key for a new shipment.'
      return new Problem('idempotency-key-reused', detail)
    }
    case 'unknown_shipment':
      return new Problem('shipment-not-found', 'There is no such shipment of the order.')
    default:
      return assertNever(rejected)
  }
}
