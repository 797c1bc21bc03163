import { OrderId, Timeline } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { readTimeline } from './timeline.ts'

/** Everything that happened to an order's money, in order, with times and causes. */
export function addReadTimeline(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/payments/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async request => {
      const { orderId } = request.params
      const entries = await readTimeline(db, orderId)
      if (!entries) throw new Problem('order-not-found', `Nothing is known of an order ${orderId}.`)
      return { orderId, entries }
    },
  )
}
