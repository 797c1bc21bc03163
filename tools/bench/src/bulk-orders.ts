import { withDatabase } from '@alipay-checkout/test-support'
import { type BenchSystem, priceFen } from './bench-system.ts'

/** Orders that are inserted into the three databases as the services would have written them. */
export interface BulkOrders {
  /** Eight hex digits with which no other order id begins. */
  prefix: string
  count: number
  /** `waiting`: stock is reserved, no payment was opened. `paid`: paid long ago. */
  kind: 'waiting' | 'paid'
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
  const statements = orders.kind === 'waiting' ? waiting : paid
  await Promise.all([
    write('orders', `${series} ${statements.orders}`),
    write('payments', `${series} ${statements.payments}`),
    write('inventory', `${series} ${statements.reservations}`),
    withDatabase(system.databases.inventory, async client => {
      await client.unsafe(statements.stock, [count, [...skus]] as never[])
    }),
  ])
  log(`inserted ${count} ${orders.kind} orders`)
}

const series = `with n as (
  select 'ord_' || $3 || lpad(to_hex(n), 24, '0') as order_id, 'bulk-' || n % 50000 as customer_id,
         ($7::text[])[1 + n % cardinality($7::text[])] as sku, $8::bigint as price,
         $5::timestamptz + make_interval(secs => n * ($6::float8 / 1000) / $4::bigint) as due,
         '20250115220015' || lpad(n::text, 14, '0') as trade_no
  from generate_series($1::bigint, $2::bigint) n
), o as (
  select *, jsonb_build_array(jsonb_build_object('sku', sku, 'title', 'Bench ' || sku, 'quantity', 1, 'unitPriceFen', price)) as lines,
         due - interval '30 minutes' as placed
  from n
)`

const waiting = {
  orders: `insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select order_id, customer_id, 'PENDING_PAYMENT', price, lines, placed, due, placed from o`,
  payments: `, p as (
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
  payments: `, p as (
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

/** Adds the units to the stock and to the column that they count in. */
function stockOf(where: 'reserved' | 'sold'): string {
  return `with units as (
      select ($2::text[])[1 + n % cardinality($2::text[])] as sku, count(*) as units
      from generate_series(1, $1::bigint) n group by 1
    ), supply as (
      insert into stock_adjustments (sku, delta, reason, adjusted_by) select sku, units, 'bench', 'bench' from units
    )
    update stock_levels s set ${where} = s.${where} + u.units, supplied = s.supplied + u.units
    from units u where u.sku = s.sku`
}
