import type { Snapshot } from './databases.ts'
import type { OrderRow, PaymentRow, StockRow } from './ledger-rows.ts'

/** Rows held in memory at once, of each database. */
const batchSize = 1_000

/**
 * Each order in order-service, by order id. Sorted by code units (`collate "C"`), whatever the database's own
 * order is, because that is how sources are joined. `only` names the orders to read; all without it.
 */
export async function* readOrders(sql: Snapshot, only?: readonly string[]): AsyncGenerator<OrderRow> {
  const rows = sql<{ key: string; ledger: Omit<OrderRow, 'key'> }[]>`
    select order_id as key, jsonb_build_object(
      'status', status,
      'totalFen', total_fen,
      'units', (select jsonb_object_agg(l->>'sku', (l->>'quantity')::bigint) from jsonb_array_elements(lines) l),
      'paidBy', case when status in ('PAID', 'REFUNDED') then payment end,
      'refundedFen', refunded_fen,
      'expiresAtMs', ${ms(sql, 'expires_at')},
      'fulfilment', case when shipments is not null or fulfilment_status is not null then jsonb_build_object(
        'status', coalesce(fulfilment_status, 'UNFULFILLED'),
        'shipped', (
          select coalesce(jsonb_object_agg(sku, units), '{}') from (
            select l->>'sku' as sku, sum((l->>'quantity')::bigint) as units
            from jsonb_array_elements(shipments) s, jsonb_array_elements(s->'lines') l group by 1
          ) shipped),
        'refunded', (
          select coalesce(jsonb_object_agg(sku, units), '{}') from (
            select l->>'sku' as sku, sum((l->>'quantity')::bigint) as units
            from jsonb_array_elements(refunds) r, jsonb_array_elements(coalesce(r->'lines', '[]')) l
            where r->>'progress' = 'done' and r->>'tradeNo' = payment->>'tradeNo' group by 1
          ) refunded),
        'undelivered', (select count(*) from jsonb_array_elements(shipments) s where s->>'deliveredAt' is null),
        'completeAtMs', ${ms(sql, 'complete_at')}
      ) end,
      'changedAtMs', ${ms(sql, 'updated_at')}
    ) as ledger
    from orders ${onlyOrders(sql, only)} order by order_id collate "C"`
  for await (const batch of rows.cursor(batchSize)) for (const { key, ledger } of batch) yield { key, ...ledger }
}

/**
 * Each order in payment-service. A query to Alipay does not count as a change, because an order that is queried
 * regularly would never settle.
 */
export async function* readPayments(sql: Snapshot, only?: readonly string[]): AsyncGenerator<PaymentRow> {
  const rows = sql<{ key: string; ledger: Omit<PaymentRow, 'key'> }[]>`
    select p.order_id as key, jsonb_build_object(
      'status', p.status,
      'amountFen', p.amount_fen,
      'attempts', coalesce(a.list, '[]'),
      'refunds', coalesce(r.list, '[]'),
      'changedAtMs', greatest(${ms(sql, 'p.created_at')}, a.changed_at_ms, r.changed_at_ms)
    ) as ledger
    from payments p
    left join lateral (
      select
        jsonb_agg(jsonb_build_object(
          'outTradeNo', out_trade_no, 'status', status, 'tradeNo', trade_no,
          'paidFen', coalesce(paid_fen, 0), 'refundedFen', refunded_fen, 'refundingFen', refunding_fen,
          'refundedBeforeRecorded', refunded_before_recorded,
          'isAccepted', exists (
            select from cases
            where cases.out_trade_no = attempts.out_trade_no and cases.approved_action = 'accept_payment')
        ) order by number) as list,
        max(${ms(sql, 'updated_at')}) filter (where status in ('PAID', 'CLOSED')) as changed_at_ms
      from attempts where attempts.order_id = p.order_id
    ) a on true
    left join lateral (
      select
        jsonb_agg(jsonb_build_object(
          'refundId', refund_id, 'requestNo', outside_request_no, 'outTradeNo', out_trade_no, 'amountFen', amount_fen, 'status', status,
          'reason', reason,
          'hasCase', status = 'FAILED' and exists (
            select from cases where kind = 'refund_failed' and cases.order_id = p.order_id)
        ) order by requested_at, refund_id) as list,
        max(${ms(sql, 'coalesce(finished_at, requested_at)')}) as changed_at_ms
      from refunds where refunds.order_id = p.order_id
    ) r on true
    ${onlyOrders(sql, only)}
    order by p.order_id collate "C"`
  for await (const batch of rows.cursor(batchSize)) for (const { key, ledger } of batch) yield { key, ...ledger }
}

/** Each order in inventory-service. */
export async function* readStock(sql: Snapshot, only?: readonly string[]): AsyncGenerator<StockRow> {
  const rows = sql<{ key: string; ledger: Omit<StockRow, 'key'> }[]>`
    select order_id as key, jsonb_build_object(
      'lines', jsonb_agg(jsonb_build_object(
        'sku', sku, 'quantity', quantity, 'returned', returned, 'status', status)),
      'changedAtMs', max(${ms(sql, 'updated_at')})
    ) as ledger
    from reservations ${onlyOrders(sql, only)} group by order_id order by order_id collate "C"`
  for await (const batch of rows.cursor(batchSize)) for (const { key, ledger } of batch) yield { key, ...ledger }
}

function onlyOrders(sql: Snapshot, only: readonly string[] | undefined) {
  return only === undefined ? sql`` : sql`where order_id = any(${only as string[]})`
}

/** A time in whole ms. `column` is never input. */
function ms(sql: Snapshot, column: string) {
  return sql.unsafe(`floor(extract(epoch from ${column}) * 1000)::bigint`)
}
