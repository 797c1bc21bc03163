import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type OrderedSoFar, unitsKey } from './order-limits.ts'

/** Keeps these locks apart from every other advisory lock in the database. */
const lockClass = 20_270

/**
 * Locks customers until the transaction ends, so that no two transactions count and add orders of the same customer at
 * the same time. The keys are locked in sequence, so that two batches can't deadlock. Customers whose keys collide share
 * a lock. What is to be counted must be read by a later statement, because a statement does not see what others commit
 * while it waits.
 */
export async function lockCustomers(tx: Tx, customerIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(${sql.raw(String(lockClass))}, key)
    from (select distinct hashtext(id) as key from unnest(${textArray(customerIds)}) as id order by key) as keys`)
}

/** How many unpaid orders these customers have. Each of them has stock reserved, or waits for it. */
export async function countOpenOrders(
  db: Queryable,
  customerIds: readonly string[],
): Promise<OrderedSoFar['openOrders']> {
  // The statuses are literals, because with parameters a generic plan can't use the index `orders_open_of_customer`.
  const rows = await db.execute<{ customer_id: string; orders: number }>(sql`
    select customer_id, count(*)::int as orders from orders
    where customer_id = any(${textArray([...new Set(customerIds)])})
      and status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING')
    group by customer_id`)
  return new Map(rows.map(row => [row.customer_id, row.orders]))
}

/**
 * How many units customers have ordered of the SKUs that they order now and that have a limit: in unpaid orders and in
 * paid ones that are not fully refunded. Without such a SKU no order is read.
 */
export async function sumLimitedUnits(
  db: Queryable,
  lines: readonly { customerId: string; sku: string }[],
): Promise<OrderedSoFar['units']> {
  const rows = await db.execute<{ customer_id: string; sku: string; units: number }>(sql`
    select wanted.customer_id, wanted.sku, sum((line ->> 'quantity')::bigint)::bigint as units
    from (
      select distinct w.customer_id, w.sku
      from unnest(${textArray(lines.map(line => line.customerId))}, ${textArray(lines.map(line => line.sku))})
        as w(customer_id, sku)
      join products p on p.sku = w.sku and p.max_per_customer is not null
    ) wanted
    join orders o on o.customer_id = wanted.customer_id
      and o.status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'REINSTATING', 'PAID')
    cross join lateral jsonb_array_elements(o.lines) as line
    where line ->> 'sku' = wanted.sku
    group by wanted.customer_id, wanted.sku`)
  return new Map(rows.map(row => [unitsKey(row.customer_id, row.sku), row.units]))
}

/** An order with a reference, or none. */
interface Referring {
  readonly customerId: string
  readonly reference?: string | undefined
}

export const referenceKey = ({ customerId, reference }: Referring): string => JSON.stringify([customerId, reference])

/**
 * Which of these references the customers have used: the order's id by `referenceKey`. A rejected order does not use its
 * reference, because nothing was ordered. Without references no statement is sent.
 */
export async function findReferences(db: Queryable, requests: readonly Referring[]): Promise<Map<string, string>> {
  const wanted = requests.filter(({ reference }) => reference !== undefined)
  if (wanted.length === 0) return new Map()
  const customerIds = textArray(wanted.map(({ customerId }) => customerId))
  const references = textArray(wanted.map(({ reference }) => reference as string))
  const rows = await db.execute<{ customer_id: string; reference: string; order_id: string }>(sql`
    select o.customer_id, o.reference, o.order_id
    from unnest(${customerIds}, ${references}) as w(customer_id, reference)
    join orders o on o.reference = w.reference and o.customer_id = w.customer_id
    where o.reference is not null and o.status <> 'REJECTED'`)
  return new Map(
    rows.map(row => [referenceKey({ customerId: row.customer_id, reference: row.reference }), row.order_id]),
  )
}
