import type { ReservedSql } from 'postgres'
import type { OrderData } from './order-data.ts'

/**
 * Writes one order from placed to sold: six transactions of prepared statements, as a pgbench script would.
 *
 * @throws Error when the stock is not available
 */
export async function writeOrder(sql: ReservedSql, order: OrderData): Promise<void> {
  const { orderId, customerId, sku, totalFen, expiresAt } = order

  await sql`begin`
  await sql`insert into orders (order_id, customer_id, status, total_fen, lines, expires_at)
    values (${orderId}, ${customerId}, 'PENDING_PAYMENT', ${totalFen}, ${sql.json(order.lines as never)}, ${expiresAt})`
  await sql`insert into outbox (topic, key, headers, value)
    values ('order.events', ${orderId}, ${sql.json(order.headers)}, ${order.created})`
  await sql`commit`

  await sql`begin`
  const reserved = await sql`update stock_levels set available = available - 1, reserved = reserved + 1
    where sku = ${sku} and available >= 1`
  if (reserved.count !== 1) throw new Error(`${sku} is sold out`)
  await sql`insert into reservations (order_id, sku, quantity, status) values (${orderId}, ${sku}, 1, 'RESERVED')`
  await sql`commit`

  await sql`begin`
  await sql`insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    values (${orderId}, ${customerId}, ${totalFen}, 'EXPECTED', ${expiresAt})`
  await sql`insert into attempts (out_trade_no, order_id, number, status, time_expire)
    values (${orderId}, ${orderId}, 1, 'OPENED', ${expiresAt})`
  await sql`commit`

  await sql`begin`
  await sql`insert into notifies (notify_id, out_trade_no, trade_status, body)
    values (${`n${orderId}`}, ${orderId}, 'TRADE_SUCCESS', ${order.notifyBody})`
  await sql`update payments set status = 'PAID', paid_out_trade_no = ${orderId}, updated_at = now()
    where order_id = ${orderId} and status = 'EXPECTED'`
  await sql`insert into outbox (topic, key, headers, value)
    values ('payment.events', ${orderId}, ${sql.json(order.headers)}, ${order.succeeded})`
  await sql`commit`

  await sql`begin`
  await sql`update orders set status = 'PAID', payment = ${sql.json(order.payment as never)}, updated_at = now()
    where order_id = ${orderId} and status = 'PENDING_PAYMENT'`
  await sql`insert into outbox (topic, key, headers, value)
    values ('order.events', ${orderId}, ${sql.json(order.headers)}, ${order.paid})`
  await sql`commit`

  await sql`begin`
  await sql`update stock_levels set reserved = reserved - 1, sold = sold + 1 where sku = ${sku}`
  await sql`update reservations set status = 'COMMITTED', updated_at = now()
    where order_id = ${orderId} and status = 'RESERVED'`
  await sql`commit`
}
