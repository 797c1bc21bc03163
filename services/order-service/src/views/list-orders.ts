import { type AdminOrderPage, OrderId } from '@alipay-checkout/contracts'
import { type HttpApp, idRange, PageLimit, pageOf, timeOfId } from '@alipay-checkout/service-kit'
import { type Db, type Queryable, selectionOf, where } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import Type from 'typebox'
import { toOrder } from '../orders/order-rows.ts'
import type { Order } from '../orders/order-state.ts'
import { orderColumns } from '../orders/order-store.ts'
import { type Conditions, conditionsOf, OrderFilter } from './order-filters.ts'
import { adminOrderRow } from './order-flags.ts'

/** Orders that one page reads at most, so that a filter that no index serves answers in a bounded time. */
export const searchedMax = 10_000

const { fields, decode } = selectionOf(orderColumns)

const Query = Type.Object(
  { ...OrderFilter.properties, cursor: Type.Optional(OrderId), limit: { ...PageLimit, default: '20' } },
  { additionalProperties: false },
)

/** `GET /admin/orders` with the filters of `OrderFilters` → AdminOrderPage, newest first. */
export function addListOrders(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/orders', { schema: { querystring: Query } }, async ({ query }): Promise<AdminOrderPage> => {
    const { cursor, limit, ...filter } = query
    const { first, end } = idRange('ord', filter)
    const range = [
      ...(first === undefined ? [] : [sql`order_id >= ${first}`]),
      ...(end === undefined ? [] : [sql`order_id < ${end}`]),
      ...(cursor === undefined ? [] : [sql`order_id < ${cursor}`]),
    ]
    return readPage(db, conditionsOf(filter), range, Number(limit))
  })
}

async function readPage(
  db: Queryable,
  conditions: Conditions,
  range: readonly SQL[],
  limit: number,
): Promise<AdminOrderPage> {
  const { base, all } = conditions
  if (!conditions.isSorted) {
    if (await isFew(db, base)) return pageOfAll(await findSorted(db, base, [...all, ...range], limit + 1), limit)
    // So many that a page is soon found among the newest orders.
    return readPage(db, { base: [], isSorted: true, isExact: false, all }, range, limit)
  }
  const searched = [...base, ...range]
  const found = await findNewest(db, searched, all, limit + 1)
  if (found.length > limit || conditions.isExact) return pageOfAll(found, limit)
  const last = await lastSearched(db, searched)
  if (last === undefined) return pageOfAll(found, limit)
  return { items: found.map(adminOrderRow), nextCursor: last, searchedTo: timeOfId(last).toISOString() }
}

function pageOfAll(found: readonly Order[], limit: number): AdminOrderPage {
  const { items, nextCursor } = pageOf(found, limit, ({ orderId }) => orderId)
  return { items: items.map(adminOrderRow), nextCursor, searchedTo: null }
}

/** The newest orders that meet `conditions`, among the newest `searchedMax` that an index finds by `searched`. */
async function findNewest(
  db: Queryable,
  searched: readonly SQL[],
  conditions: readonly SQL[],
  limit: number,
): Promise<Order[]> {
  const rows = await db.execute(sql`
    select ${fields} from (
      select * from orders ${where(searched)} order by order_id desc limit ${searchedMax}
    ) orders ${where(conditions)} order by order_id desc limit ${limit}`)
  return rows.map(row => toOrder(decode(row)))
}

/** The id of the last order that `findNewest` reads; undefined where it reads all there are. */
async function lastSearched(db: Queryable, searched: readonly SQL[]): Promise<string | undefined> {
  const [row] = await db.execute<{ order_id: string }>(sql`
    select order_id from orders ${where(searched)} order by order_id desc offset ${searchedMax - 1} limit 1`)
  return row?.order_id
}

/** Whether the orders that meet these conditions are few enough to be sorted. */
async function isFew(db: Queryable, base: readonly SQL[]): Promise<boolean> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (select from orders ${where(base)} limit ${searchedMax + 1}) few`)
  return (row?.count ?? 0) <= searchedMax
}

/** The newest of the few orders that meet `base`. */
async function findSorted(
  db: Queryable,
  base: readonly SQL[],
  conditions: readonly SQL[],
  limit: number,
): Promise<Order[]> {
  // Without OFFSET 0 the planner could walk through all orders by their id, in the hope of meeting these soon.
  const rows = await db.execute(sql`
    select ${fields} from (select * from orders ${where(base)} offset 0) orders
    ${where(conditions)} order by order_id desc limit ${limit}`)
  return rows.map(row => toOrder(decode(row)))
}
