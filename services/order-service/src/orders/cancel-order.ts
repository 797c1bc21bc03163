import { OrderId } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow, transact } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { statusBody } from '../views/order-view.ts'
import { decideAll } from './decide-all.ts'
import type { Order } from './order-state.ts'
import { decisionWrites, findOrder, lockOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'

/** How long a cancel waits for the closing to end before it answers that it is under way, ms. */
const waitForCloseMs = 1_500

/** A shopper cancels. The answer is the state reached: CANCELLED, CLOSING while Alipay is being asked, or PAID if money came first. */
export function addCancelOrder(
  app: HttpApp,
  { db, watch, wakeRelay }: { db: Db; watch: OrderWatch; wakeRelay: () => void },
): void {
  async function startClosing(orderId: string, customerId: string, traceparent: string | undefined): Promise<Order> {
    const { order, decided } = await transact(db, async tx => {
      const [[order], now] = await Promise.all([lockOrders(tx, [orderId]), databaseNow(tx)])
      if (!order || order.customerId !== customerId) {
        throw new Problem('order-not-found', `There is no order ${orderId} of yours.`)
      }
      const cause = `request of ${customerId}`
      const decided = decideAll([order], [{ orderId, input: { type: 'cancel' }, cause, traceparent }], now)
      const [decision] = decided.decisions
      if (decision?.outcome === 'rejected') {
        throw new Problem(
          'order-not-cancellable',
          decision.why === 'paid' ? 'The order is paid already.' : 'The order is over already.',
          { orderStatus: order.status },
        )
      }
      return { writes: decisionWrites(decided, now), result: { order, decided } }
    })
    watch.announce(decided.changed)
    wakeRelay()
    return decided.changed[0] ?? order
  }

  app.post(
    '/orders/:orderId/cancel',
    {
      schema: {
        params: Type.Object({ orderId: OrderId }),
        body: Type.Object({ customerId: Type.String({ minLength: 1 }) }),
      },
    },
    async request => {
      const { orderId } = request.params
      const traceparent = request.headers.traceparent
      const order = await startClosing(
        orderId,
        request.body.customerId,
        typeof traceparent === 'string' ? traceparent : undefined,
      )
      if (order.status !== 'CLOSING') return statusBody(order)
      const outcome = await watch.leaves(orderId, 'CLOSING', waitForCloseMs)
      const reached = typeof outcome === 'object' ? outcome : await findOrder(db, orderId)
      return statusBody(reached ?? order)
    },
  )
}
