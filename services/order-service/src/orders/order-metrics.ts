import { PaymentSucceeded } from '@alipay-checkout/contracts'
import { addScrapedGauges, createHistogram, observe, type Sample } from '@alipay-checkout/service-kit'
import { countMax, type Db, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { createLongReserving } from './long-reserving.ts'
import type { Decision } from './order-state.ts'

/** States that an order leaves within seconds where everything works. */
const passingStates = ['RESERVING', 'CLOSING', 'REINSTATING'] as const

/** How order-service learned of a payment; `reinstated`: the order waited for its stock after that. */
const paidVia = [
  ...PaymentSucceeded.data.properties.source.anyOf.map(({ const: source }) => source),
  'reinstated',
] as const

type PaidVia = (typeof paidVia)[number]

/** An event that changed an order: how it reports a payment, if it does, and when it happened. */
export interface MeasuredEvent {
  readonly type: string
  readonly time: Date
  readonly data: object
  readonly traceparent?: string | undefined
}

/** Histograms of what happens to orders. */
export interface OrderMetrics {
  /** Observes the delays of the orders that an event has paid or closed. Call it after the commit. */
  observe(events: readonly MeasuredEvent[], decisions: readonly Decision[], now: Date): void
}

/**
 * `order_paid_delay_seconds` by way (from Alipay's time of the payment, whole seconds), `order_notify_to_paid_seconds` (from
 * the notify's commit in payment-service) and `order_close_lateness_seconds` (from the order being due). All three end with
 * the transaction that changes the order, and compare clocks of two machines.
 */
export function createOrderMetrics(registry: Registry): OrderMetrics {
  const paidDelay = createHistogram({
    name: 'order_paid_delay_seconds',
    help: "From Alipay's time of a payment to its order being PAID, by how the payment was learned of",
    labelNames: ['via'],
    buckets: [1, 2, 3, 5, 10, 15, 30, 60, 120, 300, 900, 3_600],
    registry,
  })
  const notifyToPaid = createHistogram({
    name: 'order_notify_to_paid_seconds',
    help: 'From the commit of a notify in payment-service to its order being PAID',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300],
    registry,
  })
  const closeLateness = createHistogram({
    name: 'order_close_lateness_seconds',
    help: 'From an order being due to its being EXPIRED',
    buckets: [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 900, 3_600],
    registry,
  })
  for (const via of paidVia) paidDelay.zero({ via })

  return {
    observe(events, decisions, now) {
      for (const [index, event] of events.entries()) {
        const decision = decisions[index]
        if (decision?.outcome !== 'changed') continue
        const { order } = decision
        if (order.status === 'PAID') {
          const via = viaOf(event, order.payment.tradeNo)
          if (via === undefined) continue
          const { traceparent } = event
          observe(paidDelay, { via }, secondsSince(new Date(order.payment.paidAt), now), traceparent)
          if (via === 'notify') observe(notifyToPaid, {}, secondsSince(event.time, now), traceparent)
        } else if (order.status === 'EXPIRED' && event.type === 'PaymentClosed') {
          observe(closeLateness, {}, secondsSince(order.expiresAt, now), event.traceparent)
        }
      }
    },
  }
}

/** How an event has made an order PAID; undefined where it was paid before, as by a refund of a second payment. */
function viaOf({ type, data }: MeasuredEvent, tradeNo: string): PaidVia | undefined {
  if (type === 'StockReserved') return 'reinstated'
  if (type !== 'PaymentSucceeded') return undefined
  const payment = data as PaymentSucceeded['data']
  return payment.tradeNo === tradeNo ? payment.source : undefined
}

function secondsSince(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000
}

/**
 * `orders_in_state` and `orders_in_state_oldest_age_seconds`: orders that are in a passing state, and for how long the
 * oldest has been. Orders in RESERVING are counted among the newest 10,000 unpaid ones and those that have been in it for
 * two minutes: an index of their own would cost each order another write. The age is that of the last change of the row.
 *
 * @param options.ttlMs how long an order can be paid
 */
export function addOrderStateGauges({ db, registry, ttlMs }: { db: Db; registry: Registry; ttlMs: number }): void {
  const longReserving = createLongReserving(db, ttlMs)
  addScrapedGauges({
    registry,
    help: {
      orders_in_state: 'Orders in a state that they leave within seconds, at most 10,000 of a state',
      orders_in_state_oldest_age_seconds: 'For how long the oldest of them has been in it, 0 without any',
    },
    labelNames: ['state'],
    async read() {
      const long = await longReserving.find()
      const rows = await db.execute<{ state: string; orders: number; age: number }>(sql`
        select status as state, count(*)::int as orders,
               extract(epoch from now() - min(updated_at))::float8 as age
        from (
          select ${columns} from (${newestUnpaid}) unpaid where status = 'RESERVING'
          union select ${columns} from orders where order_id = any(${textArray(long)}) and status = 'RESERVING'
          union all ${inState('CLOSING')} union all ${inState('REINSTATING')}) o
        group by status`)
      const found = new Map(rows.map(row => [row.state, row]))
      const samples = (name: 'orders' | 'age'): Sample[] =>
        passingStates.map(state => ({ labels: { state }, value: Math.max(0, found.get(state)?.[name] ?? 0) }))
      return { orders_in_state: samples('orders'), orders_in_state_oldest_age_seconds: samples('age') }
    },
  })
}

const columns = sql.raw('order_id, status, updated_at')

/** By the index `orders_due`. */
const newestUnpaid = sql`
  select ${columns} from orders where status in ('RESERVING', 'PENDING_PAYMENT')
  order by expires_at desc limit ${countMax}`

/** By the index `orders_of_status`, oldest first. The status is a literal, because a generic plan needs it. */
function inState(status: 'CLOSING' | 'REINSTATING') {
  return sql`(
    select ${columns} from orders where status = ${sql.raw(`'${status}'`)} order by order_id limit ${countMax})`
}
