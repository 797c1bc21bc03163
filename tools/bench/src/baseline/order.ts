import type { ReservedSql } from 'postgres'
import { uuidv7 } from 'uuidv7'

/** As many SKUs as the system's shoppers buy. */
export const baselineSkus = Array.from({ length: 100 }, (_, index) => `bench-${index}`)

const priceFen = 100
const ttlMs = 1_800_000
/** The size of a notify's form: about 25 fields and a signature. */
const notifyBody = 'gmt_create=2026-01-15+10%3A00%3A00&charset=utf-8&'.padEnd(1_400, 'x')

/** Generates the rows of one order, as large as those that the services write, with ids of its own. */
export function newOrder(index: number) {
  const orderId = `ord_${uuidv7().replaceAll('-', '')}`
  const sku = baselineSkus[index % baselineSkus.length]!
  const customerId = `bench-${index % 500}`
  const lines = [{ sku, title: `Bench ${sku}`, quantity: 1, unitPriceFen: priceFen }]
  const paidAt = '2026-01-15T02:00:00Z'
  const payment = { outTradeNo: orderId, tradeNo: orderId.slice(4), amountFen: priceFen, paidAt }
  const expiresAt = new Date(Date.now() + ttlMs)
  return {
    orderId,
    customerId,
    sku,
    totalFen: priceFen,
    lines,
    payment,
    expiresAt,
    notifyBody,
    headers: {
      ce_id: uuidv7(),
      ce_source: '/order-service',
      ce_type: 'OrderCreated',
      ce_time: '2026-01-15T02:00:00.000Z',
      ce_subject: orderId,
      ce_specversion: '1.0',
      'content-type': 'application/json',
    },
    created: JSON.stringify({ orderId, customerId, currency: 'CNY', totalFen: priceFen, lines, expiresAt }),
    succeeded: JSON.stringify({ orderId, ...payment }),
    paid: JSON.stringify({ orderId, customerId, totalFen: priceFen, lines, payment }),
  }
}

/**
 * Writes one order from placed to sold: six transactions of prepared statements, as a pgbench script would.
 *
 * @throws Error when the stock is not available
 */
export async function writeOrder(sql: ReservedSql, order: ReturnType<typeof newOrder>): Promise<void> {
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
