import type { Database } from '@alipay-checkout/service-kit/database'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'

const stepSize = 25_000

/**
 * Fills the table with `count` orders, one each 200 ms back from `newest`: of 1,000 orders 900 are paid, and every other
 * state and flag is among the rest. Every third paid order is paid by `alipay_qr`, and the older half of them is shipped.
 */
export async function fillOrders(database: Database, count: number, newest: Date): Promise<void> {
  // Oldest first, as orders are placed, and in steps, because a statement may take 30 s at most.
  for (let to = count; to > 0; to -= stepSize)
    await fillStep(database, { from: Math.max(1, to - stepSize + 1), to, count, newest })
  await database.client`vacuum analyze orders`
}

async function fillStep(
  { client }: Database,
  { from, to, count, newest }: { from: number; to: number; count: number; newest: Date },
): Promise<void> {
  await client`
    insert into orders (order_id, customer_id, status, total_fen, lines, reference, close_reason, shortages, payment,
      reserved, reinstating_from, accepted_late_at, refunded_fen, refunds, fulfilment_status, shipments, complete_at,
      history, created_at, expires_at, updated_at)
    select order_id, 'customer-' || i % 5000, status, fen,
      jsonb_build_array(jsonb_build_object('sku', 'tea-01', 'title', '西湖龙井', 'quantity', 1, 'unitPriceFen', fen)),
      case when i % 7 = 0 then 'S-' || i end,
      case when status in ('CLOSING', 'EXPIRED') then 'expired' when status = 'CANCELLED' then 'cancelled' end,
      case when status = 'REJECTED' then '[]'::jsonb end,
      case when is_paid then jsonb_build_object('outTradeNo', order_id, 'tradeNo', 'trade-' || i, 'amountFen', fen,
        'paidAt', placed + interval '10 seconds', 'method', case when i % 3 = 0 then 'alipay_qr' else 'alipay_page' end)
      end,
      status <> 'RESERVING',
      case when status = 'REINSTATING' then 'EXPIRED' end,
      case when k = 990 then placed + interval '1 hour' end,
      case when status = 'REFUNDED' then fen when k between 980 and 989 then 1 else 0 end,
      case when status = 'REFUNDED' or k between 980 and 989 then jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('refundId',
        'ref_' || i, 'reason', 'requested', 'outTradeNo', order_id, 'tradeNo', 'trade-' || i, 'amountFen', 1,
        'progress', 'done', 'at', placed,
        'lines', case when k < 985 then jsonb_build_array(jsonb_build_object('sku', 'tea-01', 'quantity', 1)) end)))
        else '[]' end,
      fulfilment,
      case when fulfilment is not null then jsonb_build_array(jsonb_build_object(
        'shipmentId', 'shp_' || substr(order_id, 5) || '_1', 'carrier', '顺丰速运', 'trackingNumber', 'SF-' || i,
        'lines', jsonb_build_array(jsonb_build_object('sku', 'tea-01', 'quantity', 1)), 'shippedAt', placed, 'by', 'packer'))
      end,
      null,
      jsonb_build_array(jsonb_build_object('at', placed + interval '12 seconds', 'from', 'PENDING_PAYMENT',
        'to', status, 'events', '[]'::jsonb, 'cause', 'test')),
      placed, placed + interval '30 minutes', placed
    from (
      select i, k, placed, status, 1000 + i % 100000 as fen, status in ('PAID', 'REINSTATING', 'REFUNDED') as is_paid,
        'ord_' || lpad(to_hex((extract(epoch from placed) * 1000)::bigint), 12, '0') || substr(md5(i::text), 1, 20) as order_id,
        case when status <> 'PAID' or i < ${count}::int / 2 then null
          when i % 10 = 0 then 'SHIPPED' when i % 1000 = 1 then 'DELIVERED' when i % 1000 = 2 then 'PARTIALLY_SHIPPED'
          when i % 1000 < 990 and i % 3 = 0 then 'COMPLETED' when k >= 980 then 'SHIPPED' end as fulfilment
      from (
        select i, i % 1000 as k, ${newest.toISOString()}::timestamptz - i * interval '200 milliseconds' as placed,
          case when i <= 30 then 'RESERVING' when i <= 300 then 'PENDING_PAYMENT'
            when i % 1000 between 900 and 939 then 'EXPIRED' when i % 1000 between 940 and 959 then 'CANCELLED'
            when i % 1000 between 960 and 969 then 'REJECTED' when i % 1000 between 970 and 974 then 'REFUNDED'
            when i % 10000 = 9975 then 'REINSTATING' when i % 10000 = 9976 then 'CLOSING' else 'PAID' end as status
        from generate_series(${to}::int, ${from}::int, -1) i
      ) numbered
    ) o`
}

/** A database that also records the statements that it executes. */
export function recordingDb({ db }: Database): { db: Database['db']; statements: SQL[] } {
  const statements: SQL[] = []
  const execute = (statement: SQL) => {
    statements.push(statement)
    return db.execute(statement)
  }
  return { db: { execute } as unknown as Database['db'], statements }
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** How a statement reads orders: the types of its scans, and how many rows the largest of them reads. */
export async function scansOf({ db }: Database, statement: SQL): Promise<{ types: string[]; rows: number }> {
  const [row] = await db.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] | string }>(
    sql`explain (analyze, buffers, format json) ${statement}`,
  )
  const plan = row?.['QUERY PLAN'] ?? '[]'
  const [{ Plan }] = (typeof plan === 'string' ? JSON.parse(plan) : plan) as [{ Plan: PlanNode }]
  const scans = nodesOf(Plan).filter(node => node['Relation Name'] === 'orders')
  return { types: scans.map(node => node['Node Type']), rows: Math.max(0, ...scans.map(rowsRead)) }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function rowsRead(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return (node['Actual Rows'] + removed) * node['Actual Loops']
}
