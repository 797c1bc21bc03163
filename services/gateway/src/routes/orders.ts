import { Order, OrderId, OrderPage, OrderStatusAnswer } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import { checkReturnLink, type LinkRefusal } from '../auth/return-link.ts'
import { orderIdOf } from '../order-id.ts'
import type { Parts } from '../parts.ts'
import { createPaymentChecks } from '../payment-checks.ts'
import { passOn, trace } from './pass-on.ts'
import { answers, OrderParams, pageQuery, problems, ReturnLinkQuery, withToken, withTokenOrLink } from './schemas.ts'

const ListQuery = Type.Object(pageQuery(OrderId))

/** Reading and cancelling: what order-service answers goes out as it came, because it already is the public body. */
export function addOrders(app: HttpApp, parts: Parts): void {
  const { orders, payments } = parts
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
    const path = ownOrderPath(orderIdOf(request.params.id), '', requireCustomer(request, reply).id)
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
    const customerId = mayWatch(parts, request, reply, request.params.id)
    const orderId = orderIdOf(request.params.id)
    const traceparent = trace(request)
    const path = ownOrderPath(orderId, '/status', customerId)
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

/**
 * Who may see an order's state: the holder of its return link, of whichever customer the order is (gives undefined),
 * or a customer (gives their id, to be matched with the order's). Throws otherwise.
 */
export function mayWatch(
  { config }: Pick<Parts, 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  orderId: string,
): string | undefined {
  const query = request.query as Record<string, unknown>
  if (query.t === undefined && query.sign === undefined) return requireCustomer(request, reply).id
  const link = checkReturnLink(config.RETURN_URL_SECRET, query, Date.now())
  if (link.ok && link.orderId === orderId) return undefined
  throw new Problem('invalid-return-signature', explainRefusal(link.ok ? 'wrong_signature' : link.reason))
}

function explainRefusal(reason: LinkRefusal): string {
  return reason === 'expired'
    ? 'The link is older than 24 hours. Sign in and look at your orders.'
    : 'The link was not made by this shop for this order. Sign in and look at your orders.'
}

function isUnpaid(statusText: string): boolean {
  return (JSON.parse(statusText) as OrderStatusAnswer).orderStatus === 'PENDING_PAYMENT'
}

/** The path of an order in order-service, seen as `customerId`; without one, as anybody's. */
export function ownOrderPath(orderId: string, tail: '' | '/status', customerId: string | undefined): string {
  const query = customerId === undefined ? '' : `?customerId=${encodeURIComponent(customerId)}`
  return `/orders/${orderId}${tail}${query}`
}
