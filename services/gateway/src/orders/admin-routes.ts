import { Recipient } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import { actorFor, permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'

/** Reading where an order is sent. */
export function addOrderAdministration(app: HttpApp, { orders }: Dependencies): void {
  const recipientSchema = {
    tags: ['admin'],
    summary: 'Where an order is sent, and the shopper’s note',
    description: 'For the roles `fulfilment` and `owner`. Each reading is an entry of the order’s timeline.',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('Without `shipTo` or `note` where the shopper gave none, or they are deleted', Recipient),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  const route = { schema: recipientSchema, preParsing: permit('recipient.read') }
  app.get('/api/admin/orders/:id/recipient', route, async (request, reply) => {
    const path = `/orders/${orderIdOf(request.params.id)}/recipient`
    const actor = actorFor('recipient.read', request, reply)
    return forward(reply, await orders.call({ method: 'GET', path, actor, traceparent: traceOf(request) }))
  })
}
