import { OrderId, OrderPage, Recipient, Reference } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { onlyAdmins, onlyRoles, requireCustomer } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, pageQuery, problems, withToken } from '../http/schemas.ts'
import { forward, traceOf } from '../upstream/forward.ts'

/** Finding orders by the shop's own number, and reading where one is sent. */
export function addOrderAdministration(app: HttpApp, { orders }: Dependencies): void {
  const findSchema = {
    tags: ['admin'],
    summary: 'Orders with a reference, newest first',
    description: 'A reference is unique per customer, so there may be orders of several customers.',
    security: withToken,
    querystring: Type.Object({ reference: Reference, ...pageQuery(OrderId) }, { additionalProperties: false }),
    response: { 200: answers('One page', OrderPage), ...problems('unauthenticated', 'forbidden') },
  }
  app.get('/api/admin/orders', { schema: findSchema, preParsing: onlyAdmins }, async (request, reply) => {
    const { reference, cursor, limit = '20' } = request.query
    const query = new URLSearchParams({ reference, limit })
    if (cursor !== undefined) query.set('cursor', cursor)
    return forward(reply, await orders.call({ method: 'GET', path: `/orders?${query}`, traceparent: traceOf(request) }))
  })

  const recipientSchema = {
    tags: ['admin'],
    summary: 'Where an order is sent, and the shopper’s note',
    description: 'For the roles `fulfilment`, `admin` and `owner`. Each reading is an entry of the order’s timeline.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Without `shipTo` or `note` where the shopper gave none, or they are deleted', Recipient),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  const route = { schema: recipientSchema, preParsing: onlyRoles('fulfilment') }
  app.get('/api/admin/orders/:id/recipient', route, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const path = `/orders/${orderIdOf(request.params.id)}/recipient`
    const actor = requireCustomer(request, reply).id
    return forward(reply, await orders.call({ method: 'GET', path, actor, traceparent: traceOf(request) }))
  })
}
