import { type CancelledOrder, CancelOrderBody, OrderId } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import {
  type Actor,
  actorFrom,
  type HttpApp,
  Problem,
  RequiredActorHeaders,
  traceOf,
} from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { decideAll } from './decide-all.ts'
import { statusBody } from './order-body.ts'
import type { Order } from './order-state.ts'
import { decisionWrites, findOrder, lockOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'

/** How long a cancel waits for the order to close before it answers CLOSING, ms. */
const waitForCloseMs = 1_500

interface CancelOptions {
  db: Db
  outbox: Outbox
  watch: OrderWatch
}

/** Who cancels an order: its customer, or one of the shop's staff with a reason. */
type Canceller = { readonly customerId: string } | { readonly actor: Actor; readonly reason: string }

/**
 * `POST /orders/{orderId}/cancel` `{customerId}` → OrderStatusAnswer with the status that the order has reached:
 * CANCELLED, CLOSING while payment-service is still closing the payment at Alipay, or PAID where the payment was first.
 * `POST /admin/orders/{orderId}/cancel` `{reason}` with the headers of an actor → CancelledOrder, the same for any order.
 */
export function addCancelOrder(app: HttpApp, options: CancelOptions): void {
  const params = Type.Object({ orderId: OrderId })
  const schema = { params, body: Type.Object({ customerId: Type.String({ minLength: 1 }) }) }
  app.post('/orders/:orderId/cancel', { schema }, async request => {
    const { orderId } = request.params
    const { customerId } = request.body
    return statusBody(await cancel(options, orderId, { customerId }, traceOf(request)))
  })

  const adminSchema = { params, body: CancelOrderBody, headers: RequiredActorHeaders }
  app.post('/admin/orders/:orderId/cancel', { schema: adminSchema }, async request => {
    const { orderId } = request.params
    const canceller = { actor: actorFrom(request.headers), reason: request.body.reason }
    const { status } = await cancel(options, orderId, canceller, traceOf(request))
    return { orderId, orderStatus: status } satisfies CancelledOrder
  })
}

/** Starts closing, and waits a moment for its end. A repeat only waits. */
async function cancel(
  { db, outbox, watch }: CancelOptions,
  orderId: string,
  canceller: Canceller,
  traceparent: string,
): Promise<Pick<Order, 'orderId' | 'status'>> {
  const order = await outbox.transact(async tx => {
    const [[found], now] = await Promise.all([lockOrders(tx, [orderId]), databaseNow(tx)])
    if (!found || ('customerId' in canceller && found.customerId !== canceller.customerId)) {
      throw new Problem(
        'order-not-found',
        `There is no order ${orderId}${'customerId' in canceller ? ' of this customer' : ''}.`,
      )
    }
    const cause = `request of ${'customerId' in canceller ? canceller.customerId : canceller.actor.id}`
    const decided = decideAll([found], [{ orderId, input: { type: 'cancel' }, cause, traceparent }], now)
    const [decision] = decided.decisions
    if (decision?.outcome === 'rejected') {
      throw new Problem(
        'order-not-cancellable',
        decision.reason === 'paid' ? 'The order is paid. Request a refund instead.' : 'The order is already closed.',
        { orderStatus: found.status },
      )
    }
    const changes = 'actor' in canceller ? decided.changed.map(after => auditedCancel(canceller, found, after)) : []
    return {
      writes: [...decisionWrites(decided, now), ...auditInserts(changes)],
      events: decided.events,
      now,
      afterCommit: () => watch.announce(decided.changed),
      result: decided.changed[0] ?? found,
    }
  })
  if (order.status !== 'CLOSING') return order
  const outcome = await watch.leaves(orderId, 'CLOSING', waitForCloseMs)
  return (typeof outcome === 'object' ? outcome : await findOrder(db, orderId)) ?? order
}

function auditedCancel({ actor, reason }: { actor: Actor; reason: string }, before: Order, after: Order) {
  const { orderId } = after
  return {
    actor,
    action: 'order.cancel' as const,
    object: orderId,
    orderId,
    before: { orderStatus: before.status },
    after: { orderStatus: after.status },
    reason,
  }
}
