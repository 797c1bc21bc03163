import { Timeline } from '@alipay-checkout/contracts'
import { type HttpApp, type Logger, Problem } from '@alipay-checkout/service-kit'
import { permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { forward, traceOf } from '../upstream/forward.ts'
import type { Service } from '../upstream/service.ts'
import { mergeTimelines, type TimelinePart } from './merge-timelines.ts'

/** `GET /api/admin/orders/{id}/timeline`: everything that happened to an order, merged from all services. */
export function addTimeline(app: HttpApp, { orders, inventory, payments }: Dependencies): void {
  const sources: { name: string; service: Service; path: (orderId: string) => string }[] = [
    { name: 'order-service', service: orders, path: orderId => `/orders/${orderId}/timeline` },
    { name: 'inventory-service', service: inventory, path: orderId => `/orders/${orderId}/timeline` },
    { name: 'payment-service', service: payments, path: orderId => `/payments/${orderId}/timeline` },
  ]
  const schema = {
    tags: ['admin'],
    summary: 'Everything that happened to an order, oldest first',
    description: 'A service that can not answer is named in `missing`; its entries are then left out.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Oldest first', Timeline),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  app.get('/api/admin/orders/:id/timeline', { schema, preParsing: permit('read') }, async (request, reply) => {
    const orderId = orderIdOf(request.params.id)
    const parts = await Promise.all(
      sources.map(({ name, service, path }) =>
        readPart(name, service, { path: path(orderId), traceparent: traceOf(request) }, request.log as Logger),
      ),
    )
    if (parts.every(part => 'answer' in part && part.answer === 'unavailable')) {
      throw new Problem('service-unavailable', 'All services are temporarily unavailable. Try again.')
    }
    const timeline = mergeTimelines(orderId, parts)
    if (!timeline) throw new Problem('order-not-found', 'There is no order with this id.')
    return forward(reply, { status: 200, text: JSON.stringify(timeline) })
  })
}

async function readPart(
  name: string,
  service: Service,
  call: { path: string; traceparent: string },
  log: Logger,
): Promise<TimelinePart> {
  try {
    const { text } = await service.call({ method: 'GET', ...call })
    return { service: name, entries: (JSON.parse(text) as Timeline).entries }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.type === 'order-not-found') return { service: name, answer: 'unknown order' }
    log.warn({ err: error, service: name }, 'the timeline leaves this service out')
    return { service: name, answer: 'unavailable' }
  }
}
