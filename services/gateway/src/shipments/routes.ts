import { type InternalShipment, Shipment, ShipmentBody, ShipmentList } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf, shipmentIdOf } from '../http/path-ids.ts'
import { answers, idempotencyKey, OrderParams, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'

const preParsing = permit('shipment.write')
const Headers = Type.Object({
  'idempotency-key': idempotencyKey('Repeating the request with the same key is the same shipment'),
})
const ShipmentParams = Type.Object({ id: Type.String({ description: 'The shipment id, `shp_…`' }) })

/** For the people and programs that ship: order-service decides; the gateway names to it who reported what. */
export function addShipments(app: HttpApp, { orders }: Dependencies): void {
  const shipSchema = {
    tags: ['admin'],
    summary: 'Report that a shipment of an order has left',
    description:
      'Without `lines`, all that is left of the order is shipped. Only a PAID order can be shipped, and never more of ' +
      'it than was paid, not refunded and not shipped. Needs the role `fulfilment` or `warehouse`. Send an `Idempotency-Key`: without ' +
      'one, a repeated request is another shipment.',
    security: withToken,
    params: OrderParams,
    headers: Headers,
    body: ShipmentBody,
    response: {
      200: answers('The shipment of the first request with this key', Shipment),
      201: answers('The shipment', Shipment),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'forbidden',
        'order-not-found',
        'order-not-shippable',
        'shipment-exceeds-order',
        'idempotency-key-reused',
      ),
    },
  }
  app.post('/api/admin/orders/:id/shipments', { schema: shipSchema, preParsing }, async (request, reply) => {
    const path = `/orders/${orderIdOf(request.params.id)}/shipments`
    const key = request.headers['idempotency-key']
    const actor = actorFor('shipment.write', request, reply)
    const shipment: InternalShipment = {
      ...request.body,
      by: actor.id,
      ...(key !== undefined && { idempotencyKey: key }),
    }
    const body = JSON.stringify(shipment)
    return forward(reply, await orders.call({ method: 'POST', path, body, actor, traceparent: traceOf(request) }))
  })

  const listSchema = {
    tags: ['admin'],
    summary: 'The shipments of an order, and what is left to ship',
    description: 'Needs the role `fulfilment` or `warehouse`.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('All shipments of the order, oldest first', ShipmentList),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  app.get(
    '/api/admin/orders/:id/shipments',
    { schema: listSchema, preParsing: permit('shipment.read') },
    async (request, reply) => {
      const path = `/orders/${orderIdOf(request.params.id)}/shipments`
      return forward(reply, await orders.call({ method: 'GET', path, traceparent: traceOf(request) }))
    },
  )

  const deliveredSchema = {
    tags: ['admin'],
    summary: 'Report that a shipment was delivered',
    description: 'A repeat changes nothing. Needs the role `fulfilment` or `warehouse`.',
    security: withToken,
    params: ShipmentParams,
    response: {
      200: answers('The shipment, with the time of its delivery', Shipment),
      ...problems('unauthenticated', 'forbidden', 'shipment-not-found'),
    },
  }
  app.post('/api/admin/shipments/:id/delivered', { schema: deliveredSchema, preParsing }, async (request, reply) => {
    const path = `/shipments/${shipmentIdOf(request.params.id)}/delivered`
    const actor = actorFor('shipment.write', request, reply)
    const body = JSON.stringify({ by: actor.id })
    return forward(reply, await orders.call({ method: 'POST', path, body, actor, traceparent: traceOf(request) }))
  })
}
