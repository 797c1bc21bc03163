import { Order, OrderId, OrderPage, OrderStatusAnswer } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
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
import { createPaymentChecks } from '../payments/payment-sync.ts'
import { passOn, trace } from '../upstream/forward.ts'

const ListQuery = Type.Object(pageQuery(OrderId))

/** Reading and cancelling: what order-service answers goes out as it came, because it already is the public body. */
export function addOrders(app: HttpApp, dependencies: Dependencies): void {
  const { orders, payments } = dependencies
  const checkPayment = createPaymentChecks(payments, app.log)

  const listSchema = {
    tags: ['orders'],
    summary: 'My orders, newest first',
    security: withToken,
    querystring: ListQuery,
    response: { 200: answers('One page', OrderPage), ...problems('unauthenticated') },
  }
  app.get('/api/orders', { schema: listSchema, preParsing: onlyCustomers }, async (request, reply) => {
    const { cursor, limit = '20' } = request.query
    const query = new URLSearchParams({ customerId: requireCustomer(request, reply).id, limit })
    if (cursor !== undefined) query.set('cursor', cursor)
    return passOn(reply, await orders.call({ method: 'GET', path: `/orders?${query}`, traceparent: trace(request) }))
  })

  const readSchema = {
    tags: ['orders'],
    summary: 'One of my orders',
    security: withToken,
    params: OrderParams,
    response: { 200: answers('The order', Order), ...problems('unauthenticated', 'order-not-found') },
  }
  app.get('/api/orders/:id', { schema: readSchema, preParsing: onlyCustomers }, async (request, reply) => {
    const path = orderPath(orderIdOf(request.params.id), '', requireCustomer(request, reply).id)
    return passOn(reply, await orders.call({ method: 'GET', path, traceparent: trace(request) }))
  })

  const statusSchema = {
    tags: ['orders'],
    summary: 'The state of an order',
    description: 'For its owner, or for whoever holds its return link.',
    security: withTokenOrLink,
    params: OrderParams,
    querystring: ReturnLinkQuery,
    response: {
      200: answers('Its state now', OrderStatusAnswer),
      ...problems('unauthenticated', 'invalid-return-signature', 'order-not-found'),
    },
  }
  app.get('/api/orders/:id/status', { schema: statusSchema }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const customerId = authoriseStatus(dependencies, request, reply, request.params.id)
    const orderId = orderIdOf(request.params.id)
    const traceparent = trace(request)
    const path = orderPath(orderId, '/status', customerId)
    const answer = await orders.call({ method: 'GET', path, traceparent })
    // Whoever holds a return link has been at Alipay: a notify that was lost is made good while they wait.
    if (customerId === undefined && isUnpaid(answer.text)) checkPayment(orderId, traceparent, Date.now())
    return passOn(reply, answer)
  })

  const cancelSchema = {
    tags: ['orders'],
    summary: 'Cancel an order that is not paid',
    description: 'The order is CLOSING until it is sure that no money can come; then it is CANCELLED.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Its state now', OrderStatusAnswer),
      ...problems('unauthenticated', 'order-not-found', 'order-not-cancellable'),
    },
  }
  app.post('/api/orders/:id/cancel', { schema: cancelSchema, preParsing: onlyCustomers }, async (request, reply) => {
    const path = `/orders/${orderIdOf(request.params.id)}/cancel`
    const body = JSON.stringify({ customerId: requireCustomer(request, reply).id })
    return passOn(reply, await orders.call({ method: 'POST', path, body, traceparent: trace(request) }))
  })
}

function isUnpaid(statusText: string): boolean {
  return (JSON.parse(statusText) as OrderStatusAnswer).orderStatus === 'PENDING_PAYMENT'
}
