import { OrderId, OrderPage, OrderStatusAnswer, OwnOrder } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import { authoriseStatus, orderPath } from '../auth/order-access.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import {
  answers,
  OrderParams,
  pageQuery,
  problems,
  ReturnLinkQuery,
  withToken,
  withTokenOrLink,
} from '../http/schemas.ts'
import { createPaymentSync } from '../payments/payment-sync.ts'
import { forward } from '../upstream/forward.ts'

const ListQuery = Type.Object(pageQuery(OrderId))

/** Reading and cancelling orders. Responses of order-service are forwarded: they are the public bodies already. */
export function addOrders(app: HttpApp, dependencies: Dependencies): void {
  const { orders, payments } = dependencies
  const syncPayment = createPaymentSync(payments, app.log)

  const listSchema = {
    tags: ['orders'],
    summary: 'My orders, newest first',
    security: withToken,
    querystring: ListQuery,
    response: { 200: answers('One page', OrderPage), ...problems('unauthenticated') },
  }
  app.get('/api/orders', { schema: listSchema, preParsing: onlyCustomers }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { cursor, limit = '20' } = request.query
    const query = new URLSearchParams({ customerId: requireCustomer(request, reply).id, limit })
    if (cursor !== undefined) query.set('cursor', cursor)
    return forward(reply, await orders.call({ method: 'GET', path: `/orders?${query}`, traceparent: traceOf(request) }))
  })

  const readSchema = {
    tags: ['orders'],
    summary: 'One of my orders',
    description: 'With where it is sent, the note and the shipments.',
    security: withToken,
    params: OrderParams,
    response: { 200: answers('The order', OwnOrder), ...problems('unauthenticated', 'order-not-found') },
  }
  app.get('/api/orders/:id', { schema: readSchema, preParsing: onlyCustomers }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const path = orderPath(orderIdOf(request.params.id), '', requireCustomer(request, reply).id)
    return forward(reply, await orders.call({ method: 'GET', path, traceparent: traceOf(request) }))
  })

  const statusSchema = {
    tags: ['orders'],
    summary: 'The status of an order',
    description: 'For its owner, or for the holder of its return link.',
    security: withTokenOrLink,
    params: OrderParams,
    querystring: ReturnLinkQuery,
    response: {
      200: answers('Its current status', OrderStatusAnswer),
      ...problems('unauthenticated', 'invalid-return-signature', 'order-not-found'),
    },
  }
  app.get('/api/orders/:id/status', { schema: statusSchema }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const customerId = authoriseStatus(dependencies, request, reply, request.params.id)
    const orderId = orderIdOf(request.params.id)
    const traceparent = traceOf(request)
    const path = orderPath(orderId, '/status', customerId)
    const answer = await orders.call({ method: 'GET', path, traceparent })
    // The holder of a return link comes from Alipay and may have paid: this recovers a lost notify while they wait.
    if (customerId === undefined && isUnpaid(answer.text)) syncPayment(orderId, traceparent, Date.now())
    return forward(reply, answer)
  })

  const cancelSchema = {
    tags: ['orders'],
    summary: 'Cancel an unpaid order',
    description:
      'The order is CLOSING until its payment links are closed; then it is CANCELLED. A payment through an old link is late.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Its current status', OrderStatusAnswer),
      ...problems('unauthenticated', 'order-not-found', 'order-not-cancellable'),
    },
  }
  app.post('/api/orders/:id/cancel', { schema: cancelSchema, preParsing: onlyCustomers }, async (request, reply) => {
    const path = `/orders/${orderIdOf(request.params.id)}/cancel`
    const body = JSON.stringify({ customerId: requireCustomer(request, reply).id })
    return forward(reply, await orders.call({ method: 'POST', path, body, traceparent: traceOf(request) }))
  })
}

function isUnpaid(statusText: string): boolean {
  return (JSON.parse(statusText) as OrderStatusAnswer).orderStatus === 'PENDING_PAYMENT'
}
