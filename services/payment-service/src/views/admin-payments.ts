import { AdminPayment, OrderId, PaymentFilters, PaymentPage, type PaymentRow } from '@alipay-checkout/contracts'
import { firstIdAt, type HttpApp, PageLimit, Problem, spanOfDay } from '@alipay-checkout/service-kit'
import { type Db, type Queryable, textArray, where } from '@alipay-checkout/service-kit/database'
import { asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import Type, { type Static } from 'typebox'
import { attempts, methodOf, notifies, payments } from '../payments/schema.ts'

/** Payments that one page reads at most where no index has the state. */
const windowMax = 5_000
const notifiesMax = 100
/** No order can be paid this long after it was placed, ms: 15 days of an order and 15 of Alipay's `time_expire`. */
const payableForMs = 30 * 24 * 60 * 60 * 1000

const Query = Type.Object(
  { ...PaymentFilters, cursor: Type.Optional(OrderId), limit: PageLimit },
  { additionalProperties: false },
)
type Query = Static<typeof Query>

/** Lists the payments of all orders, and shows one with its attempts, trades and notifies. */
export function addAdminPayments(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/payments', { schema: { querystring: Query, response: { 200: PaymentPage } } }, ({ query }) =>
    listPayments(db, query),
  )

  app.get(
    '/admin/payments/:orderId',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: AdminPayment } } },
    async ({ params: { orderId } }) => {
      const found = await findPayment(db, orderId)
      if (!found) throw new Problem('order-not-found', `There is no order ${orderId} to pay.`)
      return found
    },
  )
}

/** A page, newest first. One that has read `windowMax` payments ends there, and may have no items and a next page. */
async function listPayments(db: Db, query: Query): Promise<PaymentPage> {
  const limit = Number(query.limit)
  const found = await db.execute<{ order_id: string; state: string; last: string | null; read: number }>(
    pageStatement(query),
  )
  const [first] = found
  const ids = found.flatMap(({ order_id }) => order_id ?? [])
  const items = await readRows(db, ids.slice(0, limit))
  const more = ids.length > limit ? ids[limit - 1] : undefined
  const isCut = first !== undefined && first.read >= windowMax
  return { items, nextCursor: more ?? (isCut ? first.last : null) ?? null }
}

/**
 * The statement that finds the ids of a page and of one payment more. Payments are read in the order of their ids, which
 * begin with their time; those that are being closed have an index of their own. Each row has what the page has read.
 */
export function pageStatement({ state, olderThan, paidOn, cursor, limit }: Query): SQL {
  const paid = paidOn === undefined ? undefined : spanOfDay('paidOn', paidOn)
  const range = [
    ...(cursor === undefined ? [] : [sql`order_id < ${cursor}`]),
    ...(olderThan === undefined ? [] : [sql`order_id < ${placedAt(Date.now() - Number(olderThan) * 1000)}`]),
    ...(paid ? [sql`order_id < ${placedAt(paid.end)}`, sql`order_id >= ${placedAt(paid.start - payableForMs)}`] : []),
  ]
  const rows = Number(limit) + 1
  if (state === undefined && !paid) {
    return sql`
      select order_id, null as last, 0 as read from payments ${where(range)} order by order_id desc limit ${rows}`
  }
  const isClosing = state === 'CLOSING' || state === 'UNCLEAR'
  const matches = [
    ...(state === undefined || state === 'UNCLEAR' ? [] : [sql`status = ${state}`]),
    ...(paid ? [hasPaid(paid)] : []),
  ]
  return sql`
    with read as materialized (${isClosing ? readClosing(state, range) : readAll(range)}),
    extent as (select min(order_id) as last, count(*)::integer as read from read)
    select found.order_id, extent.last, extent.read from extent left join lateral (
      select order_id from read ${isClosing ? sql`join payments using (order_id)` : sql``} ${where(matches)}
      order by order_id desc limit ${rows}) found on true
    order by found.order_id desc`
}

const readAll = (range: readonly SQL[]): SQL =>
  sql`select order_id, status from payments ${where(range)} order by order_id desc limit ${windowMax}`

/** An index of the payments' status would make each paid order write to all indexes of the table. */
function readClosing(state: 'CLOSING' | 'UNCLEAR', range: readonly SQL[]): SQL {
  const unclear = state === 'UNCLEAR' ? [sql`close_tries > 0`] : []
  return sql`
    select distinct order_id from attempts ${where([sql`next_close_at is not null`, ...unclear, ...range])}
    order by order_id desc limit ${windowMax}`
}

/** The condition that a payment of this time span is recorded, times in ms. */
function hasPaid({ start, end }: { start: number; end: number }): SQL {
  const [from, to] = [start, end].map(time => new Date(time).toISOString())
  return sql`exists (
    select from attempts a where a.order_id = read.order_id and a.status = 'PAID'
      and a.paid_at >= ${from}::timestamptz and a.paid_at < ${to}::timestamptz)`
}

/** The lowest id of an order that is placed at this time, ms. */
const placedAt = (time: number): string => firstIdAt('ord', new Date(time))

async function readRows(db: Queryable, orderIds: readonly string[]): Promise<PaymentRow[]> {
  if (orderIds.length === 0) return []
  const ids = textArray(orderIds)
  const [found, tried] = await Promise.all([
    db.select(rowColumns).from(payments).where(sql`${payments.orderId} = any(${ids})`).orderBy(desc(payments.orderId)),
    db.select().from(attempts).where(sql`${attempts.orderId} = any(${ids})`).orderBy(asc(attempts.number)),
  ])
  const perOrder = Map.groupBy(tried, ({ orderId }) => orderId)
  return found.map(payment => rowOf(payment, perOrder.get(payment.orderId) ?? []))
}

const rowColumns = {
  orderId: payments.orderId,
  status: payments.status,
  amountFen: payments.amountFen,
  paidOutTradeNo: payments.paidOutTradeNo,
  createdAt: payments.createdAt,
}
type AttemptRow = typeof attempts.$inferSelect

function rowOf(
  {
    orderId,
    status,
    amountFen,
    paidOutTradeNo,
    createdAt,
  }: Pick<typeof payments.$inferSelect, keyof typeof rowColumns>,
  tried: readonly AttemptRow[],
): PaymentRow {
  // The one that paid it, else the newest that the shopper was sent to.
  const shown =
    tried.find(({ outTradeNo }) => outTradeNo === paidOutTradeNo) ??
    tried.findLast(({ openedAt }) => openedAt !== null) ??
    tried.at(-1)
  const method = shown && methodOf(shown)
  return {
    orderId,
    state: status,
    unclear: tried.some(isUnclear),
    amountFen,
    ...(method ? { method } : {}),
    ...(shown ? { outTradeNo: shown.outTradeNo } : {}),
    ...(shown?.tradeNo ? { tradeNo: shown.tradeNo } : {}),
    attempts: tried.length,
    createdAt: createdAt.toISOString(),
    ...(shown?.paidAt ? { paidAt: shown.paidAt.toISOString() } : {}),
  }
}

/** A closing had no clear answer, and is tried again. */
function isUnclear({ nextCloseAt, closeTries }: Pick<AttemptRow, 'nextCloseAt' | 'closeTries'>): boolean {
  return nextCloseAt !== null && closeTries > 0
}

async function findPayment(db: Queryable, orderId: string): Promise<AdminPayment | undefined> {
  const [[payment], tried] = await Promise.all([
    db.select().from(payments).where(eq(payments.orderId, orderId)),
    db.select().from(attempts).where(eq(attempts.orderId, orderId)).orderBy(asc(attempts.number)),
  ])
  if (!payment) return undefined
  const received = await db
    .select()
    .from(notifies)
    .where(sql`${notifies.outTradeNo} = any(${textArray(tried.map(({ outTradeNo }) => outTradeNo))})`)
    .orderBy(asc(notifies.receivedAt))
    .limit(notifiesMax)
  const paid = tried.filter(({ status }) => status === 'PAID')
  const paidFen = sum(paid.map(attempt => attempt.paidFen ?? 0))
  const refundedFen = sum(paid.map(attempt => attempt.refundedFen))
  return {
    orderId,
    state: payment.status,
    amountFen: payment.amountFen,
    expiresAt: payment.expiresAt.toISOString(),
    ...(payment.closingReason === null ? {} : { closingReason: payment.closingReason }),
    attempts: tried.map(attemptOf),
    paidFen,
    refundedFen,
    keptFen: paidFen - refundedFen,
    notifies: received.map(({ notifyId, receivedAt, outTradeNo, tradeStatus, result }) => ({
      notifyId,
      receivedAt: receivedAt.toISOString(),
      outTradeNo,
      tradeStatus,
      result,
    })),
  }
}

function attemptOf(attempt: AttemptRow): AdminPayment['attempts'][number] {
  const { outTradeNo, status, openedAt, timeExpire, tradeNo, paidAt, paidFen, refundedFen, closedAt, closeTries } =
    attempt
  const method = methodOf(attempt)
  return {
    outTradeNo,
    status,
    ...(method ? { method } : {}),
    ...(openedAt ? { openedAt: openedAt.toISOString() } : {}),
    ...(timeExpire ? { timeExpire: timeExpire.toISOString() } : {}),
    ...(tradeNo === null ? {} : { tradeNo }),
    ...(paidAt ? { paidAt: paidAt.toISOString() } : {}),
    ...(paidFen === null ? {} : { paidFen }),
    refundedFen,
    ...(closedAt ? { closedAt: closedAt.toISOString() } : {}),
    closeTries,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
