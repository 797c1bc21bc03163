import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import type postgres from 'postgres'
import type { Config } from './config.ts'
import type { Moment } from './lost-time.ts'
import type { LostOrder } from './services.ts'

/** Orders from an id on, before another, without the attempts about which Alipay has answered since a time. */
interface PayableRange {
  from: string
  to: string
  queriedSince: Date
}

/** Orders from which it is read how long an order can be paid: the setting may have changed. */
const ttlOrders = 1_000

export type Ledgers = ReturnType<typeof openLedgers>

/** Reads what the audit does not: details of lost orders, attempts that a bill names, and what still waits. */
export function openLedgers(config: Config) {
  const [orders, payments, inventory] = [
    config.ORDER_DATABASE_URL,
    config.PAYMENT_DATABASE_URL,
    config.INVENTORY_DATABASE_URL,
  ].map(connect) as [postgres.Sql, postgres.Sql, postgres.Sql]

  // payment-service's job notes a query before it has the answer, of attempts that are queried or closed later too.
  const isPayable = (queriedSince: Date) => payments`
    a.status <> 'PAID' and not a.refunded_before_recorded
    and (a.synced_at is null or a.synced_at < ${queriedSince}
      or a.next_sync_at is not null or a.next_close_at is not null)`

  return {
    /** What payment-service and inventory-service have of these orders. */
    async readLost(orderIds: readonly string[]): Promise<LostOrder[]> {
      const paymentRows = await payments<{ orderId: string; payment: object }[]>`
        select order_id as "orderId", jsonb_build_object('customerId', customer_id, 'amountFen', amount_fen,
          'status', status, 'expiresAt', to_char(expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'lines', lines, 'shippingFen', shipping_fen) as payment
        from payments where order_id = any(${orderIds as string[]})`
      const stockRows = await inventory<{ orderId: string; stock: object }[]>`
        select order_id as "orderId", jsonb_build_object('status', min(status),
          'lines', jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity) order by sku)) as stock
        from reservations where order_id = any(${orderIds as string[]}) group by order_id`
      const payment = new Map(paymentRows.map(row => [row.orderId, row.payment]))
      const stock = new Map(stockRows.map(row => [row.orderId, row.stock]))
      return orderIds.map(orderId => ({
        orderId,
        ...(payment.has(orderId) ? { payment: payment.get(orderId) as object } : {}),
        ...(stock.has(orderId) ? { stock: stock.get(orderId) as object } : {}),
      }))
    },

    /** Paid trades that Alipay's bills have and payment-service lacks, where it knows their order. */
    async readBilledAttempts(): Promise<{ orderId: string; outTradeNo: string }[]> {
      return payments<{ orderId: string; outTradeNo: string }[]>`
        select p.order_id as "orderId", d.subject as "outTradeNo"
        from bill_differences d join payments p on p.order_id = substring(d.subject from '^(ord_[0-9a-f]{32})(?:_[0-9]+)?$')
        where d.kind = 'payment_missing_here' and d.status = 'OPEN'
          and not exists (select from attempts a where a.out_trade_no = d.subject and a.status in ('PAID', 'CLOSED'))`
    },

    /** To which moment each database was restored, and the time of payment-service's. */
    async readMoments(): Promise<{ moments: Moment[]; now: Date }> {
      const rows = await Promise.all(
        [payments, orders, inventory].map(
          sql => sql<(Moment & { now: Date })[]>`
            select pg_last_xact_replay_timestamp() as "restoredTo", pg_postmaster_start_time() as "startedAt", now() as now`,
        ),
      )
      const moments = rows.map(([row]) => row as Moment & { now: Date })
      return { moments, now: (moments[0] as { now: Date }).now }
    },

    /** How long an order can be paid: the longest of the newest orders, ms. */
    async readTtlMs(): Promise<number> {
      const [row] = await orders<{ ms: number }[]>`
        select coalesce(max(extract(epoch from expires_at - created_at)) * 1000, 0)::float8 as ms
        from (select expires_at, created_at from orders order by order_id desc limit ${ttlOrders}) newest`
      return row?.ms ?? 0
    },

    async countPayable({ from, to, queriedSince }: PayableRange): Promise<number> {
      const [row] = await payments<{ n: number }[]>`
        select count(*)::int as n from payments p join attempts a using (order_id)
        where p.order_id >= ${from} and p.order_id < ${to} and p.status <> 'PAID' and ${isPayable(queriedSince)}`
      return row?.n ?? 0
    },

    /** The attempts of the first `limit` unpaid orders of the range, and where the next ones begin; undefined at the end. */
    async readPayable(
      { from, to, queriedSince }: PayableRange,
      limit: number,
    ): Promise<{ outTradeNos: string[]; next: string | undefined }> {
      const unpaid = await payments<{ orderId: string }[]>`
        select order_id as "orderId" from payments
        where order_id >= ${from} and order_id < ${to} and status <> 'PAID' order by order_id limit ${limit + 1}`
      const orderIds = unpaid.slice(0, limit).map(({ orderId }) => orderId)
      const rows = await payments<{ outTradeNo: string }[]>`
        select a.out_trade_no as "outTradeNo" from attempts a
        where a.order_id = any(${orderIds}) and ${isPayable(queriedSince)} order by a.order_id, a.number`
      return { outTradeNos: rows.map(({ outTradeNo }) => outTradeNo), next: unpaid[limit]?.orderId }
    },

    /** Events that wait in the three outboxes. */
    async countWaiting(): Promise<number> {
      const counts = await Promise.all(
        [orders, payments, inventory].map(async sql => {
          const [row] = await sql<{ n: number }[]>`select count(*)::int as n from outbox`
          return row?.n ?? 0
        }),
      )
      return counts.reduce((sum, n) => sum + n, 0)
    },

    async countOpenCases(): Promise<number> {
      const [row] = await payments<{ n: number }[]>`select count(*)::int as n from cases where status <> 'RESOLVED'`
      return row?.n ?? 0
    },

    async close(): Promise<void> {
      await Promise.all([orders, payments, inventory].map(sql => sql.end({ timeout: 5 })))
    },
  }
}

function connect(url: string): postgres.Sql {
  return openPostgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'recover' },
  })
}
