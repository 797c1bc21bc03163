import type { ExportedPayment } from '@alipay-checkout/contracts'
import { type Db, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** Notifies of one trade number that are exported. */
const notifiesMax = 200

type Row = Record<string, unknown>

/** What the tables of payment-service have about these orders, with their own names. Orders without a payment are left out. */
export async function exportPayments(db: Db, orderIds: readonly string[]): Promise<ExportedPayment[]> {
  const ids = textArray(orderIds)
  const [payments, attempts, refunds, notifies, cases] = await Promise.all([
    db.execute<Row>(
      sql`select to_jsonb(p) - 'traceparent' as row, order_id from payments p where order_id = any(${ids}) order by order_id`,
    ),
    db.execute<Row>(
      sql`select to_jsonb(a) as row, order_id from attempts a where order_id = any(${ids}) order by out_trade_no`,
    ),
    // By trade number, because refunds have no index by order.
    db.execute<Row>(sql`
      select to_jsonb(r) - 'request_hash' as row, r.order_id from refunds r
      where out_trade_no = any(array(select out_trade_no from attempts where order_id = any(${ids}))) order by requested_at`),
    db.execute<Row>(sql`
      select to_jsonb(n) as row, a.order_id
      from attempts a cross join lateral (
        select * from notifies where out_trade_no = a.out_trade_no order by received_at desc limit ${notifiesMax}) n
      where a.order_id = any(${ids})`),
    db.execute<Row>(sql`
      select to_jsonb(c) as row, order_id from cases c where order_id is not null and order_id = any(${ids}) order by case_id`),
  ])
  return payments.map(payment => {
    const orderId = String(payment.order_id)
    const of = (rows: readonly Row[]) => rows.filter(row => row.order_id === orderId).map(({ row }) => row as Row)
    return {
      ...(payment.row as Row),
      orderId,
      attempts: of(attempts),
      refunds: of(refunds),
      notifies: of(notifies),
      cases: of(cases),
    }
  })
}
