import { withDatabase } from '@alipay-checkout/test-support'
import { type BenchSystem, priceFen } from './bench-system.ts'

/** Orders that are inserted into the three databases as the services would have written them. */
export interface BulkOrders {
  /** Eight hex digits with which no other order id begins. */
  prefix: string
  count: number
  /**
   * `waiting`: stock is reserved, no payment was opened. `paid`: paid long ago. `past`: their ids begin with their time, as
   * those of real orders; every 20th expired, and a fen of every 100th paid one was refunded.
   */
  kind: 'waiting' | 'paid' | 'past'
  /** They expire evenly spread over this time. */
  dueFrom: Date
  dueWithinMs: number
  /** Bought in turn, one unit each. */
  skus: readonly string[]
}

/** Rows of one statement, so that no transaction takes minutes. */
const chunk = 100_000

/** The range of order ids with this prefix: from the first, below the second. */
export function idRange(prefix: string): [string, string] {
  return [`ord_${prefix}`, `ord_${prefix}g`]
}

/** Which of the first `n` orders of the kind `past` were paid. */
export const paidOfPast = (count: number): number => count - Math.floor(count / 20)

/** Inserts the orders into all three databases at the same time. */
export async function insertBulk(system: BenchSystem, orders: BulkOrders, log: (line: string) => void): Promise<void> {
  const { prefix, count, dueFrom, dueWithinMs, skus } = orders
  const values = [prefix, count, dueFrom.toISOString(), dueWithinMs, [...skus], priceFen]
  const write = (database: string, statement: string) =>
    withDatabase(system.adminUrlOf(database), async client => {
      // Skips foreign key checks of millions of rows: one statement inserts both sides.
      await client`set session_replication_role = replica`
      await client`set synchronous_commit = off`
      for (let from = 1; from <= count; from += chunk) {
        const to = Math.min(from + chunk - 1, count)
        await client.unsafe(statement, [from, to, ...values] as never[])
      }
    })
  const statements = { waiting, paid, past }[orders.kind]
  const rows = orders.kind === 'past' ? series(idByTime) : series(idByNumber)
  await Promise.all([
    write('orders', `${rows} ${statements.orders}`),
    write('payments', `${rows} ${statements.payments}`),
    write('inventory', `${rows} ${statements.reservations}`),
    withDatabase(system.databases.inventory, async client => {
      await client.unsafe(statements.stock, [count, [...skus]] as never[])
    }),
  ])
  log(`inserted ${count} ${orders.kind} orders`)
}

const idByNumber = `'ord_' || $3 || lpad(to_hex(n), 24, '0')`
/** As a UUIDv7: 12 hex digits of milliseconds, then what makes it unique. */
const idByTime = `'ord_' || lpad(to_hex((extract(epoch from placed) * 1000)::bigint), 12, '0') || '7' || substr($3, 6, 3) || lpad(to_hex(n), 16, '0')`

const series = (id: string) => `with t as (
  select n, 'bulk-' || n % 50000 as customer_id, ($7::text[])[1 + n % cardinality($7::text[])] as sku, $8::bigint as price,
         $5::timestamptz + make_interval(secs => n * ($6::float8 / 1000) / $4::bigint) as due,
         '20250115220015' || lpad(n::text, 14, '0') as trade_no
  from generate_series($1::bigint, $2::bigint) n
), p as (
  select *, due - interval '30 minutes' as placed from t
), o as (
  select *, ${id} as order_id,
         jsonb_build_array(jsonb_build_object('sku', sku, 'title', 'Bench ' || sku, 'quantity', 1, 'unitPriceFen', price)) as lines
  from p
)`

const waiting = {
  orders: `insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select order_id, customer_id, 'PENDING_PAYMENT', price, lines, placed, due, placed from o`,
  payments: `, inserted as (
      insert into payments (order_id, customer_id, amount_fen, status, expires_at, lines, created_at, updated_at)
      select order_id, customer_id, price, 'EXPECTED', due, lines, placed, placed from o)
    insert into attempts (out_trade_no, order_id, number, status, updated_at)
    select order_id, order_id, 1, 'CREATED', placed from o`,
  reservations: `insert into reservations (order_id, sku, quantity, status, updated_at)
    select order_id, sku, 1, 'RESERVED', placed from o`,
  stock: stockOf('reserved'),
}

const paid = {
  orders: `insert into orders (
      order_id, customer_id, status, total_fen, lines, payment, created_at, expires_at, updated_at)
    select order_id, customer_id, 'PAID', price, lines,
           jsonb_build_object('outTradeNo', order_id, 'tradeNo', trade_no, 'amountFen', price, 'paidAt', placed),
           placed, due, placed
    from o`,
  payments: `, inserted as (
      insert into payments (
        order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at, lines, created_at, updated_at)
      select order_id, customer_id, price, 'PAID', order_id, due, lines, placed, placed from o)
    insert into attempts (
      out_trade_no, order_id, number, status, opened_at, time_expire, trade_no, paid_at, paid_fen, updated_at)
    select order_id, order_id, 1, 'PAID', placed, due, trade_no, placed, price, placed from o`,
  reservations: `insert into reservations (order_id, sku, quantity, status, updated_at)
    select order_id, sku, 1, 'COMMITTED', placed from o`,
  stock: stockOf('sold'),
}

const expired = 'n % 20 = 0'
const refunded = `case when n % 100 = 1 then 1 else 0 end`

const past = {
  orders: `insert into orders (
      order_id, customer_id, status, total_fen, lines, payment, close_reason, refunded_fen, created_at, expires_at, updated_at)
    select order_id, customer_id, case when ${expired} then 'EXPIRED' else 'PAID' end, price, lines,
           case when ${expired} then null else jsonb_build_object(
             'outTradeNo', order_id, 'tradeNo', trade_no, 'amountFen', price, 'paidAt', placed, 'method', 'alipay_page') end,
           case when ${expired} then 'timeout' end, ${refunded}, placed, due, placed
    from o`,
  payments: `, inserted as (
      insert into payments (
        order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at, lines, created_at, updated_at)
      select order_id, customer_id, price, case when ${expired} then 'CLOSED' else 'PAID' end,
             case when ${expired} then null else order_id end, due, lines, placed, placed from o
    ), tried as (
      insert into attempts (
        out_trade_no, order_id, number, status, opened_at, time_expire, trade_no, paid_at, paid_fen, closed_at,
        refunding_fen, refunded_fen, updated_at)
      select order_id, order_id, 1, case when ${expired} then 'CLOSED' else 'PAID' end, placed, due,
             case when ${expired} then null else trade_no end, case when ${expired} then null else placed end,
             case when ${expired} then null else price end, case when ${expired} then due end,
             ${refunded}, ${refunded}, placed from o
    )
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status, requested_at, finished_at)
    select 'ref' || substr(order_id, 4), order_id, order_id, 1, 'requested', 'bench', 'SUCCEEDED', placed, placed
    from o where ${refunded} = 1`,
  reservations: `insert into reservations (order_id, sku, quantity, status, updated_at)
    select order_id, sku, 1, case when ${expired} then 'RELEASED' else 'COMMITTED' end, placed from o`,
  stock: stockOf('sold', `not (${expired})`),
}

/** Adds the units of these orders to the stock and to the column that they count in. */
function stockOf(where: 'reserved' | 'sold', condition = 'true'): string {
  return `with units as (
      select ($2::text[])[1 + n % cardinality($2::text[])] as sku, count(*) as units
      from generate_series(1, $1::bigint) n where ${condition} group by 1
    ), supply as (
      insert into stock_adjustments (sku, delta, reason, adjusted_by) select sku, units, 'bench', 'bench' from units
    )
    update stock_levels s set ${where} = s.${where} + u.units, supplied = s.supplied + u.units
    from units u where u.sku = s.sku`
}
