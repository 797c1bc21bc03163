import {
  databaseNow,
  jsonRows,
  type Queryable,
  selectionOf,
  type Tx,
  textArray,
} from '@alipay-checkout/service-kit/database'
import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Decisions } from './decide-all.ts'
import type { Attempt, Payment, PaymentDetails } from './payment.ts'
import { watchPauseS } from './query-schedule.ts'
import { attempts, methodOf, payments } from './schema.ts'

export const serviceName = 'payment-service'

/** Everything but lines and shipping: only refunds read those, and a batch of notifies need not load them. */
const { lines: _lines, shippingFen: _shippingFen, ...paymentColumns } = getTableColumns(payments)
const paymentSelection = selectionOf(paymentColumns)
const attemptSelection = selectionOf(getTableColumns(attempts), 'attempt_')
type PaymentRow = Omit<typeof payments.$inferSelect, 'lines' | 'shippingFen'>
type AttemptRow = typeof attempts.$inferSelect

export interface LoadedPayments {
  readonly payments: ReadonlyMap<string, Payment>
  /** The database's time at loading: one clock for all replicas. */
  readonly now: Date
}

/**
 * Locks these orders' payments and attempts for the transaction, always in the same sequence, so that batches cannot
 * deadlock. Attempts are inserted under the payment's lock, so none is added while it is held.
 */
export function lockPayments(tx: Tx, orderIds: readonly string[]): Promise<LoadedPayments> {
  return lockAndLoad(tx, ofOrders(orderIds))
}

/** The same for the orders that these trade numbers belong to. */
export function lockPaymentsOfAttempts(tx: Tx, outTradeNos: readonly string[]): Promise<LoadedPayments> {
  const theirs = sql`payments.order_id in (
    select order_id from attempts where out_trade_no = any(${textArray([...new Set(outTradeNos)])}))`
  return lockAndLoad(tx, theirs)
}

/** Reads these orders' payments without a lock. */
export async function findPayments(db: Queryable, orderIds: readonly string[]): Promise<LoadedPayments> {
  const { payments, readAt } = await load(db, ofOrders(orderIds), sql``)
  return { payments, now: readAt ?? (await databaseNow(db)) }
}

const ofOrders = (orderIds: readonly string[]) => sql`payments.order_id = any(${textArray([...new Set(orderIds)])})`

/**
 * Statements that share one round trip. PostgreSQL (READ COMMITTED): a statement that waited for a row lock reads the
 * locked rows again, but no row that was inserted meanwhile. The second statement has a snapshot of its own, taken once
 * the payments are locked, and so reads attempts that were inserted by the transaction that the first one waited for.
 */
async function lockAndLoad(tx: Tx, which: SQL): Promise<LoadedPayments> {
  const [, { payments }, now] = await Promise.all([
    lock(tx, which),
    load(tx, which, sql`for update of attempts`),
    databaseNow(tx),
  ])
  return { payments, now }
}

/**
 * `no key update` lets a refund, which has locked its trade and refers to the payment, insert its row without waiting for
 * this lock. A full lock would deadlock with it.
 */
async function lock(tx: Tx, which: SQL): Promise<void> {
  await tx.execute(sql`select from payments where ${which} order by order_id for no key update`)
}

async function load(
  db: Queryable,
  which: SQL,
  locking: SQL,
): Promise<{ payments: LoadedPayments['payments']; readAt?: Date }> {
  const rows = await db.execute<{ now: string } & Record<string, unknown>>(sql`
    select ${paymentSelection.fields}, ${attemptSelection.fields}, now() as now
    from payments join attempts on attempts.order_id = payments.order_id
    where ${which}
    order by payments.order_id, attempts.number ${locking}`)
  const perOrder = Map.groupBy(rows, row => row.orderId as string)
  const loaded = [...perOrder].map(([orderId, its]) => {
    const all = its.map(row => toAttempt(attemptSelection.decode(row)))
    return [orderId, toPayment(paymentSelection.decode(its[0] as (typeof its)[0]), all)] as const
  })
  return { payments: new Map(loaded), ...(rows[0] && { readAt: new Date(rows[0].now) }) }
}

function toPayment(row: PaymentRow, all: readonly Attempt[]): Payment {
  const { orderId, customerId, amountFen, expiresAt, traceparent } = row
  const details: PaymentDetails = {
    orderId,
    customerId,
    amountFen,
    expiresAt,
    traceparent: traceparent ?? undefined,
    attempts: all,
  }
  switch (row.status) {
    case 'CLOSING':
      return { ...details, status: 'CLOSING', reason: row.closingReason ?? 'expired' }
    case 'PAID': {
      const paid = all.find(({ outTradeNo }) => outTradeNo === row.paidOutTradeNo)
      if (paid?.status !== 'PAID') throw new Error(`${orderId} is PAID without a paid attempt`)
      return { ...details, status: 'PAID', trade: paid.trade }
    }
    default:
      return { ...details, status: row.status }
  }
}

function toAttempt(row: AttemptRow): Attempt {
  const { outTradeNo, number, status } = row
  const method = methodOf(row)
  const details = {
    outTradeNo,
    number,
    ...(method ? { method } : {}),
    ...(row.instalments ? { instalments: row.instalments } : {}),
  }
  switch (status) {
    case 'OPENED':
      return {
        ...details,
        status,
        timeExpire: row.timeExpire!,
        nextCloseAt: row.nextCloseAt,
        closeTries: row.closeTries,
      }
    case 'PAID':
      return {
        ...details,
        status,
        trade: {
          outTradeNo,
          tradeNo: row.tradeNo!,
          amountFen: row.paidFen!,
          paidAt: row.paidAt!,
          buyerId: row.buyerId ?? undefined,
        },
      }
    case 'CLOSED':
      return row.refundedBeforeRecorded ? { ...details, status, refundedBeforeRecorded: true } : { ...details, status }
    default:
      return { ...details, status }
  }
}

/** The statements that write what was decided: at most two, whatever the number of payments. */
export function decisionWrites(decided: Decisions, now: Date): SQL[] {
  return [...paymentInserts(decided.created, now), ...paymentUpdates(decided)]
}

function paymentInserts(created: readonly Payment[], now: Date): SQL[] {
  if (created.length === 0) return []
  const rows = created.map(payment => ({
    order_id: payment.orderId,
    customer_id: payment.customerId,
    amount_fen: payment.amountFen,
    status: payment.status,
    expires_at: payment.expiresAt,
    traceparent: payment.traceparent ?? null,
    lines: payment.lines ?? null,
    // Left out where nothing was paid for shipping.
    shipping_fen: payment.shippingFen,
    closed_at: payment.status === 'CLOSED' ? now : null,
    attempts: payment.attempts.map(({ outTradeNo, number, status }) => ({ out_trade_no: outTradeNo, number, status })),
  }))
  return [
    sql`
    with r as (
      select * from jsonb_to_recordset(${jsonRows(rows)}) as r(
        order_id text, customer_id text, amount_fen bigint, status text, expires_at timestamptz, traceparent text,
        lines jsonb, shipping_fen bigint, closed_at timestamptz, attempts jsonb)
    ), p as (
      insert into payments (
        order_id, customer_id, amount_fen, status, expires_at, traceparent, lines, shipping_fen, closed_at)
      select order_id, customer_id, amount_fen, status, expires_at, traceparent, lines, coalesce(shipping_fen, 0),
        closed_at
      from r
    )
    insert into attempts (out_trade_no, order_id, number, status)
    select a.out_trade_no, r.order_id, a.number, a.status
    from r, jsonb_to_recordset(r.attempts) as a(out_trade_no text, number integer, status text)`,
  ]
}

function paymentUpdates({ changed, changedAttempts }: Decisions): SQL[] {
  if (changed.length === 0) return []
  const paymentRows = changed.map(payment => ({
    order_id: payment.orderId,
    status: payment.status,
    closing_reason: payment.status === 'CLOSING' ? payment.reason : null,
    paid_out_trade_no: payment.status === 'PAID' ? payment.trade.outTradeNo : null,
  }))
  return [
    sql`
    with a as (
      update attempts a
      set status = r.status, trade_no = r.trade_no, buyer_id = r.buyer_id, paid_at = r.paid_at,
          paid_fen = r.paid_fen, closed_at = case when r.status = 'CLOSED' then now() end,
          refunded_before_recorded = coalesce(r.refunded_before_recorded, false),
          -- An attempt that is to be closed, or has ended, is not queried any more.
          next_sync_at = case
            when r.status = 'OPENED' and r.next_close_at is null
              then coalesce(a.next_sync_at, now() + make_interval(secs => ${watchPauseS}))
            -- Its link is unused and can still be paid for a while.
            when r.link_payable then now() + make_interval(secs => ${watchPauseS})
          end,
          next_close_at = r.next_close_at, close_tries = coalesce(r.close_tries, a.close_tries), updated_at = now()
      from jsonb_to_recordset(${jsonRows(changedAttempts.map(attemptRow))}) as r(
        out_trade_no text, status text, trade_no text, buyer_id text, paid_at timestamptz, paid_fen bigint,
        next_close_at timestamptz, close_tries integer, link_payable boolean, refunded_before_recorded boolean)
      where a.out_trade_no = r.out_trade_no
    )
    update payments p
    set status = r.status, closing_reason = coalesce(r.closing_reason, p.closing_reason),
        paid_out_trade_no = r.paid_out_trade_no, updated_at = now(),
        closing_at = case when r.status = 'CLOSING' then coalesce(p.closing_at, now()) else p.closing_at end,
        closed_at = case when r.status = 'CLOSED' then coalesce(p.closed_at, now()) else p.closed_at end
    from jsonb_to_recordset(${jsonRows(paymentRows)}) as r(
      order_id text, status text, closing_reason text, paid_out_trade_no text)
    where p.order_id = r.order_id`,
  ]
}

function attemptRow(attempt: Attempt): object {
  const trade = attempt.status === 'PAID' ? attempt.trade : undefined
  return {
    out_trade_no: attempt.outTradeNo,
    status: attempt.status,
    trade_no: trade?.tradeNo,
    buyer_id: trade?.buyerId,
    paid_at: trade?.paidAt,
    paid_fen: trade?.amountFen,
    next_close_at: attempt.status === 'OPENED' ? attempt.nextCloseAt : null,
    close_tries: attempt.status === 'OPENED' ? attempt.closeTries : null,
    link_payable: attempt.status === 'CLOSED' && attempt.linkPayable,
    refunded_before_recorded: attempt.status === 'CLOSED' && attempt.refundedBeforeRecorded === true,
  }
}
