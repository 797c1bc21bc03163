import { Timeline } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'
import { askServices, requireAnyService } from './from-services.ts'
import { mergeTimelines } from './merge-timelines.ts'

/** `GET /api/admin/orders/{id}/timeline`: everything that happened to an order, merged from all services. */
export function addTimeline(app: HttpApp, dependencies: Dependencies): void {
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
    const paths = {
      orders: `/orders/${orderId}/timeline`,
      inventory: `/orders/${orderId}/timeline`,
      payments: `/payments/${orderId}/timeline`,
    }
    const from = await askServices(dependencies, request, paths)
    requireAnyService(from, Object.keys(paths).length)
    const { orders, inventory, payments } = from.answers as Record<string, Timeline | undefined>
    const timeline = mergeTimelines(orderId, [orders, inventory, payments], from.missing)
    if (!timeline) throw new Problem('order-not-found', 'There is no order with this id.')
    return forward(reply, { status: 200, text: JSON.stringify(timeline) })
  })
}
