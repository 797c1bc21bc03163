import type { ReservedSql } from 'postgres'
import type { OrderFacts } from './facts.ts'

/** The same facts as one by one, in the same six transactions, but for many orders at a time. */
export async function writeOrders(sql: ReservedSql, orders: readonly OrderFacts[]): Promise<void> {
  const rows = sql.json(orders as never)

  await sql`begin`
  await sql`insert into orders (order_id, customer_id, status, total_fen, lines, expires_at)
    select "orderId", "customerId", 'PENDING_PAYMENT', "totalFen", lines, "expiresAt"
    from jsonb_to_recordset(${rows}::jsonb) as r(
      "orderId" text, "customerId" text, "totalFen" bigint, lines jsonb, "expiresAt" timestamptz)`
  await publish(sql, 'order.events', orders, 'created')
  await sql`commit`

  await sql`begin`
  const units = unitsBySku(orders)
  const wanted = sql.json(units as never)
  // Always in the same sequence, so that two batches can't deadlock.
  await sql`select 1 from stock_levels
    where sku in (select sku from jsonb_to_recordset(${wanted}::jsonb) as r(sku text)) order by sku for update`
  const held = await sql`update stock_levels s set available = available - r.units, held = held + r.units
    from jsonb_to_recordset(${wanted}::jsonb) as r(sku text, units bigint)
    where s.sku = r.sku and available >= r.units`
  if (held.count !== units.length) throw new Error('something is sold out')
  await sql`insert into reservations (order_id, sku, quantity, status)
    select "orderId", sku, quantity, 'HELD'
    from jsonb_to_recordset(${rows}::jsonb) as r("orderId" text, sku text, quantity bigint)`
  await sql`commit`

  await sql`begin`
  await sql`insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    select "orderId", "customerId", "totalFen", 'EXPECTED', "expiresAt"
    from jsonb_to_recordset(${rows}::jsonb) as r(
      "orderId" text, "customerId" text, "totalFen" bigint, "expiresAt" timestamptz)`
  await sql`insert into attempts (out_trade_no, order_id, number, status, time_expire)
    select "orderId", "orderId", 1, 'OPENED', "expiresAt"
    from jsonb_to_recordset(${rows}::jsonb) as r("orderId" text, "expiresAt" timestamptz)`
  await sql`commit`

  await sql`begin`
  await sql`insert into notifies (notify_id, out_trade_no, trade_status, body)
    select "notifyId", "orderId", 'TRADE_SUCCESS', "notifyBody"
    from jsonb_to_recordset(${rows}::jsonb) as r("notifyId" text, "orderId" text, "notifyBody" text)`
  await sql`update payments p set status = 'PAID', paid_out_trade_no = p.order_id, updated_at = now()
    from jsonb_to_recordset(${rows}::jsonb) as r("orderId" text)
    where p.order_id = r."orderId" and p.status = 'EXPECTED'`
  await publish(sql, 'payment.events', orders, 'succeeded')
  await sql`commit`

  await sql`begin`
  await sql`update orders o set status = 'PAID', payment = r.payment, updated_at = now()
    from jsonb_to_recordset(${rows}::jsonb) as r("orderId" text, payment jsonb)
    where o.order_id = r."orderId" and o.status = 'PENDING_PAYMENT'`
  await publish(sql, 'order.events', orders, 'paid')
  await sql`commit`

  await sql`begin`
  await sql`select 1 from stock_levels
    where sku in (select sku from jsonb_to_recordset(${wanted}::jsonb) as r(sku text)) order by sku for update`
  await sql`update stock_levels s set held = held - r.units, sold = sold + r.units
    from jsonb_to_recordset(${wanted}::jsonb) as r(sku text, units bigint) where s.sku = r.sku`
  await sql`update reservations s set status = 'COMMITTED', updated_at = now()
    from jsonb_to_recordset(${rows}::jsonb) as r("orderId" text)
    where s.order_id = r."orderId" and s.status = 'HELD'`
  await sql`commit`
}

async function publish(
  sql: ReservedSql,
  topic: string,
  orders: readonly OrderFacts[],
  event: 'created' | 'succeeded' | 'paid',
): Promise<void> {
  const rows = orders.map(order => ({ key: order.orderId, headers: order.headers, value: order[event] }))
  await sql`insert into outbox (topic, key, headers, value)
    select ${topic}, key, headers, value
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(key text, headers jsonb, value text)`
}

function unitsBySku(orders: readonly OrderFacts[]): { sku: string; units: number }[] {
  const units = new Map<string, number>()
  for (const { sku, quantity } of orders) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return [...units].map(([sku, count]) => ({ sku, units: count }))
}
