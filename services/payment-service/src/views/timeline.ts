import { OrderId, type PaymentMethod, Timeline, type TimelineEntry } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db, Queryable } from '@alipay-checkout/service-kit/database'
import { asc, eq, sql } from 'drizzle-orm'
import Type from 'typebox'
import { findCasesOfOrder } from '../case-store/read-cases.ts'
import { attempts, methodOf, notifies, paymentLog, payments } from '../payments/schema.ts'
import { refunds } from '../refunds/schema.ts'

const service = 'payment-service'
type Attempt = typeof attempts.$inferSelect

/** Entries of one kind, so that a timeline stays bounded. */
const entriesMax = 500

/** Reads an order's timeline: what happened to its payment, with times and causes. */
export function addReadTimeline(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/payments/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async request => {
      const { orderId } = request.params
      const entries = await readTimeline(db, orderId)
      if (!entries) throw new Problem('order-not-found', `There is no order ${orderId}.`)
      return { orderId, entries }
    },
  )
}

/** Selects the notifies about an order. One about an order that is not known here has the order's id as its number. */
export function notifiesOfOrder(db: Queryable, orderId: string) {
  // An array, because PostgreSQL uses no index for `or` with a subquery, and the table has a row for every notify.
  const tradesOfOrder = sql`array(
    select out_trade_no from attempts where order_id = ${orderId} union select ${orderId}::text)`
  return db
    .select()
    .from(notifies)
    .where(sql`${notifies.outTradeNo} = any(${tradesOfOrder})`)
    .orderBy(asc(notifies.receivedAt))
    .limit(entriesMax)
}

/** The entries, oldest first; undefined for an unknown order. */
async function readTimeline(db: Queryable, orderId: string): Promise<TimelineEntry[] | undefined> {
  const [payment] = await db.select().from(payments).where(eq(payments.orderId, orderId))
  const [tried, notified, logged, refunded, cases] = await Promise.all([
    db.select().from(attempts).where(eq(attempts.orderId, orderId)).orderBy(asc(attempts.number)),
    notifiesOfOrder(db, orderId),
    db.select().from(paymentLog).where(eq(paymentLog.orderId, orderId)).orderBy(asc(paymentLog.id)).limit(entriesMax),
    db.select().from(refunds).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.requestedAt)).limit(entriesMax),
    findCasesOfOrder(db, orderId),
  ])
  if (!payment && notified.length === 0 && cases.length === 0) return undefined
  const findAttempt = (outTradeNo: string) => tried.find(attempt => attempt.outTradeNo === outTradeNo)
  const entries = [
    ...(payment ? paymentEntries(payment) : []),
    ...tried.flatMap(attemptEntries),
    ...notified.map(notify => notifyEntry(notify, findAttempt(notify.outTradeNo))),
    ...logged.map(({ at, what, cause, detail }) => entry(at, what, cause, detail)),
    ...refunded.map(refund => refundEntry(refund, findAttempt(refund.outTradeNo))),
    ...cases.flatMap(caseEntries),
  ]
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

function entry(at: Date, what: string, cause: string, detail?: unknown): TimelineEntry {
  return { at: at.toISOString(), service, what, cause, ...(detail ? { detail } : {}) }
}

function paymentEntries(payment: typeof payments.$inferSelect): TimelineEntry[] {
  const { createdAt, closingAt, closedAt, closingReason, amountFen } = payment
  return [
    entry(createdAt, 'expected', 'OrderCreated', { amountFen }),
    ...(closingAt ? [entry(closingAt, 'closing', `OrderClosing: ${closingReason}`)] : []),
    ...(closedAt ? [entry(closedAt, 'PaymentClosed', 'no money can come any more')] : []),
  ]
}

function attemptEntries(attempt: Attempt): TimelineEntry[] {
  const { outTradeNo, status, openedAt, timeExpire, instalments, syncs } = attempt
  const { paidAt, tradeNo, paidFen, closedAt, syncedAt, updatedAt } = attempt
  const of = { outTradeNo, ...methodField(attempt) }
  // After a restore an attempt counts as opened if its link may have been sent in the lost time.
  const opening = attempt.method ? 'the shopper went to Alipay' : 'the shopper may have gone to Alipay'
  return [
    ...(openedAt
      ? [
          entry(openedAt, 'opened', opening, {
            ...of,
            timeExpire,
            ...(instalments ? { instalments } : {}),
          }),
        ]
      : []),
    // Queries without a result are not stored, only their number and the time of the last one.
    ...(syncedAt
      ? [entry(syncedAt, 'queried', 'the last query to Alipay', { ...of, ...(syncs > 0 ? { times: syncs } : {}) })]
      : []),
    ...(paidAt && status === 'PAID'
      ? [
          // The time of recording: Alipay counts whole seconds, so its time of a quick payment may precede the order.
          entry(updatedAt, 'paid', 'by the buyer, as Alipay reports', { ...of, tradeNo, paidFen, paidAt }),
        ]
      : []),
    ...(closedAt ? [entry(closedAt, 'attempt closed', 'Alipay takes no money for it', of)] : []),
  ]
}

function methodField(attempt: Attempt | undefined): { method?: PaymentMethod } {
  const method = attempt && methodOf(attempt)
  return method ? { method } : {}
}

function notifyEntry(notify: typeof notifies.$inferSelect, attempt: Attempt | undefined): TimelineEntry {
  const { notifyId, outTradeNo, tradeStatus, result, receivedAt } = notify
  return entry(receivedAt, 'notify', `Alipay: ${tradeStatus}`, {
    notifyId,
    outTradeNo,
    ...methodField(attempt),
    result,
  })
}

function refundEntry(refund: typeof refunds.$inferSelect, attempt: Attempt | undefined): TimelineEntry {
  const { refundId, outTradeNo, amountFen, reason, note, requestedBy, requestedAt, lines } = refund
  const about = { refundId, outTradeNo, ...methodField(attempt), amountFen }
  const detail = { ...about, ...(note ? { note } : {}), ...(lines ? { lines } : {}) }
  return entry(requestedAt, 'refund requested', `${reason}, by ${requestedBy}`, detail)
}

function caseEntries(one: Awaited<ReturnType<typeof findCasesOfOrder>>[number]): TimelineEntry[] {
  const { caseId, kind, summary } = one
  return [
    entry(new Date(one.openedAt), 'case', kind, { caseId, summary }),
    ...one.trail.map(({ at, by, what, note }) => entry(new Date(at), 'case', `${what} by ${by}`, { caseId, note })),
  ]
}
