import { Timeline } from '@alipay-checkout/contracts'
import { type HttpApp, type Logger, Problem } from '@alipay-checkout/service-kit'
import { onlyAdmins } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { passOn, trace } from '../upstream/forward.ts'
import type { Service } from '../upstream/service.ts'
import { mergeTimelines, type Told } from './merge-timelines.ts'

/** `GET /api/admin/orders/{id}/timeline`: everything that happened to an order, as all services together tell it. */
export function addTimeline(app: HttpApp, { orders, inventory, payments }: Dependencies): void {
  const sources: { name: string; service: Service; path: (orderId: string) => string }[] = [
    { name: 'order-service', service: orders, path: orderId => `/orders/${orderId}/timeline` },
    { name: 'inventory-service', service: inventory, path: orderId => `/orders/${orderId}/timeline` },
    { name: 'payment-service', service: payments, path: orderId => `/payments/${orderId}/timeline` },
  ]
  const schema = {
    tags: ['admin'],
    summary: 'Everything that happened to an order, in order',
    description: 'A service that can not answer is named in `missing`: what it knows is then not among the entries.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Oldest first', Timeline),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  app.get('/api/admin/orders/:id/timeline', { schema, preParsing: onlyAdmins }, async (request, reply) => {
    const orderId = orderIdOf(request.params.id)
    const told = await Promise.all(
      sources.map(({ name, service, path }) =>
        ask(name, service, { path: path(orderId), traceparent: trace(request) }, request.log as Logger),
      ),
    )
    if (told.every(part => 'answer' in part && part.answer === 'away')) {
      throw new Problem('service-unavailable', 'None of the services can be asked right now. Try again in a moment.')
    }
    const timeline = mergeTimelines(orderId, told)
    if (!timeline) throw new Problem('order-not-found', 'There is no order with this id.')
    return passOn(reply, { status: 200, text: JSON.stringify(timeline) })
  })
}

async function ask(
  name: string,
  service: Service,
  call: { path: string; traceparent: string },
  log: Logger,
): Promise<Told> {
  try {
    const { text } = await service.call({ method: 'GET', ...call })
    return { service: name, entries: (JSON.parse(text) as Timeline).entries }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.type === 'order-not-found') return { service: name, answer: 'unknown' }
    log.warn({ err: error, service: name }, 'a timeline is told without this service')
    return { service: name, answer: 'away' }
  }
}
