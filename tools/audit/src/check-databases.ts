import type { Snapshots } from './databases.ts'
import type { Break, PromiseNumber } from './promises.ts'

/** Breaks listed per check. */
const listedMax = 100

/**
 * Checks each database by itself, in a few statements.
 *
 * @param settledMs rows from before this time are not in flight any more
 */
export async function checkDatabases(snapshots: Snapshots, settledMs: number): Promise<Break[]> {
  const settledAt = new Date(settledMs)
  const found = await Promise.all([
    checkLevels(snapshots),
    checkKeys(snapshots),
    checkOutboxes(snapshots, settledAt),
    checkNotifies(snapshots, settledAt),
  ])
  return found.flat()
}

const breaksOf = (promise: PromiseNumber, rows: Iterable<{ about: string; what: string }>): Break[] =>
  Array.from(rows, ({ about, what }) => ({ promise, about, what }))

/** Compares each SKU's stock level with its reservations and adjustments, in one snapshot. */
async function checkLevels({ inventory: sql }: Snapshots): Promise<Break[]> {
  const rows = await sql<{ about: string; what: string }[]>`
    with units as (
      select sku,
        coalesce(sum(quantity) filter (where status = 'RESERVED'), 0) as reserved,
        coalesce(sum(quantity - returned) filter (where status = 'COMMITTED'), 0) as sold
      from reservations group by sku
    ), supply as (
      select sku, sum(delta) as supplied from stock_adjustments group by sku
    ), levels as (
      select coalesce(l.sku, r.sku) as sku, l.available, l.reserved, l.sold, l.supplied,
        coalesce(r.reserved, 0) as reserved_by_orders, coalesce(r.sold, 0) as sold_to_orders, coalesce(s.supplied, 0) as adjusted
      from stock_levels l full join units r on r.sku = l.sku left join supply s on s.sku = l.sku
    ), found as (
      select sku as about, case
        when available is null then case when reserved_by_orders + sold_to_orders > 0
          then format('%s reserved and %s sold, and it has no stock row', reserved_by_orders, sold_to_orders) end
        when least(available, reserved, sold) < 0 then format('%s on sale, %s reserved, %s sold', available, reserved, sold)
        when available + reserved + sold <> supplied
          then format('%s on sale, %s reserved and %s sold are not the %s supplied', available, reserved, sold, supplied)
        when reserved <> reserved_by_orders then format('%s reserved, and orders have reserved %s', reserved, reserved_by_orders)
        when sold <> sold_to_orders then format('%s sold, and orders have %s', sold, sold_to_orders)
        when supplied <> adjusted then format('%s supplied, and adjustments add up to %s', supplied, adjusted)
      end as what from levels
    )
    select about, what from found where what is not null order by about limit ${listedMax}`
  return breaksOf(1, rows)
}

/** A key's row and its order are inserted in one transaction, unless it was refused; two keys never share an order. */
async function checkKeys({ orders: sql }: Snapshots): Promise<Break[]> {
  const rows = await sql<{ about: string; what: string }[]>`
    select k.order_id as about, case
      when count(o.order_id) = 0 then format('the key %s names it, and it does not exist', min(k.key))
      when bool_or(o.customer_id <> k.customer_id) then format('the key %s of another customer names it', min(k.key))
      else format('%s keys name it', count(*))
    end as what
    from idempotency_keys k left join orders o on o.order_id = k.order_id
    where k.order_id is not null
    group by k.order_id
    having count(*) > 1 or count(o.order_id) = 0 or bool_or(o.customer_id <> k.customer_id)
    union all
    select format('the key %s of %s', key, customer_id), format('it was answered %s, and made no order', response_status)
    from idempotency_keys where order_id is null and response_status < 300
    order by 1 limit ${listedMax}`
  return breaksOf(2, rows)
}

async function checkOutboxes(snapshots: Snapshots, settledAt: Date): Promise<Break[]> {
  const found = await Promise.all(
    (['orders', 'payments', 'inventory'] as const).map(async name => {
      const rows = await snapshots[name]<{ about: string; what: string }[]>`
        select key as about, format('%s waits in the outbox of ${snapshots[name].unsafe(name)} since %s',
          headers->>'ce_type', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as what
        from outbox where created_at < ${settledAt}
        union all
        select key, format('%s of ${snapshots[name].unsafe(name)} could not be published: %s (row %s of outbox_rejected)',
          headers->>'ce_type', reason, id) from outbox_rejected
        limit ${listedMax}`
      return breaksOf(7, rows)
    }),
  )
  return found.flat()
}

/** Refused signed notifies: each trade must have a case of the matching kind. */
async function checkNotifies({ payments: sql }: Snapshots, settledAt: Date): Promise<Break[]> {
  const rows = await sql<{ about: string; what: string }[]>`
    select out_trade_no as about, format('the signed notify %s was refused as %s, and has no case', min(notify_id), result) as what
    from notifies n
    join unnest(${Object.keys(caseKinds)}::text[], ${Object.values(caseKinds)}::text[]) s(result, kind) using (result)
    where received_at < ${settledAt}
      and not exists (select from cases c where c.out_trade_no = n.out_trade_no and c.kind = s.kind)
    group by out_trade_no, result order by 1 limit ${listedMax}`
  return breaksOf(12, rows)
}

/** The kind of case for each result. */
const caseKinds = {
  amount_differs: 'amount_mismatch',
  another_app: 'app_mismatch',
  another_seller: 'seller_mismatch',
  attempt_has_another_trade: 'unknown_order',
  unknown_order: 'unknown_order',
  outside_refund: 'outside_refund',
}
