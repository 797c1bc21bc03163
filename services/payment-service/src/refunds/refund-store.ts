import type { RefundReason } from '@alipay-checkout/contracts'
import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, isNotNull, ne, sql } from 'drizzle-orm'
import type { OrderedLine } from '../payments/payment.ts'
import { attempts, payments, refunds } from '../payments/schema.ts'
import type { Refund, RefundedLine } from './refund.ts'

type RefundRow = typeof refunds.$inferSelect

/** A paid trade and what refunds have taken of it, locked: whoever takes more waits. */
export interface LockedTrade {
  readonly orderId: string
  readonly outTradeNo: string
  readonly tradeNo: string
  readonly paidFen: number
  readonly refundingFen: number
  readonly refundedFen: number
  readonly ordered: readonly OrderedLine[] | undefined
  readonly traceparent: string | undefined
  /** The database's time. */
  readonly now: Date
}

/**
 * The trade that paid an order, of those that were paid for it. It is none whose money the order could not use, which is
 * one that the order has asked back. Of several it is one with money left, then the first. SQL, for a query with `payments`.
 */
const tradeOfOrder = sql`(
  select own.out_trade_no from attempts own
  where own.order_id = ${payments.orderId} and own.status = 'PAID'
  order by exists (
      select from refunds back where back.out_trade_no = own.out_trade_no and back.reason <> 'requested'),
    own.refunding_fen >= own.paid_fen, own.out_trade_no <> ${payments.paidOutTradeNo}, own.updated_at, own.number
  limit 1)`

/** Locks a trade of an order that has been paid: the one given, or the one that paid the order. None when there is none. */
export async function lockPaidTrade(
  tx: Tx,
  { orderId, outTradeNo }: { orderId: string; outTradeNo?: string | undefined },
): Promise<LockedTrade | undefined> {
  const [row] = await tx
    .select({ attempt: attempts, lines: payments.lines, traceparent: payments.traceparent, now: sql<string>`now()` })
    .from(attempts)
    .innerJoin(payments, eq(payments.orderId, attempts.orderId))
    .where(
      and(
        eq(attempts.orderId, orderId),
        eq(attempts.status, 'PAID'),
        outTradeNo === undefined ? sql`${attempts.outTradeNo} = ${tradeOfOrder}` : eq(attempts.outTradeNo, outTradeNo),
      ),
    )
    .for('update', { of: attempts })
  if (!row) return undefined
  const { attempt } = row
  return {
    orderId,
    outTradeNo: attempt.outTradeNo,
    tradeNo: attempt.tradeNo!,
    paidFen: attempt.paidFen!,
    refundingFen: attempt.refundingFen,
    refundedFen: attempt.refundedFen,
    ordered: row.lines ?? undefined,
    traceparent: row.traceparent ?? undefined,
    now: new Date(row.now),
  }
}

/** Whether there is a payment of this order at all. */
export async function isKnownOrder(db: Queryable, orderId: string): Promise<boolean> {
  const rows = await db.select({ orderId: payments.orderId }).from(payments).where(eq(payments.orderId, orderId))
  return rows.length > 0
}

/** The units that refunds of a trade have taken and not given up. */
export async function linesTaken(tx: Tx, outTradeNo: string): Promise<RefundedLine[]> {
  const rows = await tx
    .select({ lines: refunds.lines })
    .from(refunds)
    .where(and(eq(refunds.outTradeNo, outTradeNo), ne(refunds.status, 'FAILED'), isNotNull(refunds.lines)))
  return rows.flatMap(({ lines }) => lines ?? [])
}

export interface NewRefund {
  readonly refundId: string
  readonly amountFen: number
  readonly reason: RefundReason
  readonly lines?: readonly RefundedLine[] | undefined
  readonly returnToStock?: boolean | undefined
  readonly note?: string | undefined
  readonly requestedBy: string
  readonly idempotencyKey?: string | undefined
  readonly requestHash?: string | undefined
}

/** Keeps a refund and takes its amount from the trade's balance. The trade must be locked. */
export async function insertRefund(tx: Tx, trade: LockedTrade, refund: NewRefund): Promise<Refund> {
  const [[row]] = await Promise.all([
    tx
      .insert(refunds)
      .values({
        ...refund,
        orderId: trade.orderId,
        outTradeNo: trade.outTradeNo,
        status: 'REQUESTED',
        nextStep: 'refund',
        nextTryAt: trade.now,
      })
      .returning(),
    takeBalance(tx, trade.outTradeNo, refund.amountFen),
  ])
  return toRefund(row!)
}

/** Takes an amount from a trade's balance; a negative one gives it back. A check of the table refuses too much. */
export async function takeBalance(tx: Tx, outTradeNo: string, amountFen: number): Promise<void> {
  await tx.execute(sql`
    update attempts set refunding_fen = refunding_fen + ${amountFen}::bigint where out_trade_no = ${outTradeNo}`)
}

/** A refund by its id, or by the key it was asked for with. Locked where the transaction is to change it. */
export async function findRefund(
  db: Queryable,
  by: { refundId: string } | { orderId: string; idempotencyKey: string },
  { lock = false } = {},
): Promise<(Refund & { readonly requestHash: string | undefined }) | undefined> {
  const query = db
    .select()
    .from(refunds)
    .where(
      'refundId' in by
        ? eq(refunds.refundId, by.refundId)
        : and(eq(refunds.orderId, by.orderId), eq(refunds.idempotencyKey, by.idempotencyKey)),
    )
  const [row] = await (lock ? query.for('update') : query)
  return row && { ...toRefund(row), requestHash: row.requestHash ?? undefined }
}

/** A trade that was paid for an order, and what of it can still go back, fen. */
export interface TradeBalance {
  readonly outTradeNo: string
  readonly paidFen: number
  readonly refundableFen: number
}

/** An order's refunds, oldest first, and its paid trades; `trade` is the one that paid the order, if any did. */
export async function listRefunds(
  db: Queryable,
  orderId: string,
): Promise<{ refunds: Refund[]; trade: TradeBalance | undefined; trades: TradeBalance[] }> {
  const [rows, paid] = await Promise.all([
    db.select().from(refunds).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.requestedAt)),
    db
      .select({
        outTradeNo: attempts.outTradeNo,
        paidFen: sql<number>`${attempts.paidFen}`,
        refundableFen: sql<number>`${attempts.paidFen} - ${attempts.refundingFen}`,
        isOrders: sql<boolean>`${attempts.outTradeNo} = ${tradeOfOrder}`,
      })
      .from(attempts)
      .innerJoin(payments, eq(payments.orderId, attempts.orderId))
      .where(and(eq(attempts.orderId, orderId), eq(attempts.status, 'PAID')))
      .orderBy(asc(attempts.number)),
  ])
  const balances = paid.map(({ isOrders, ...balance }) => balance)
  return { refunds: rows.map(toRefund), trade: balances[paid.findIndex(({ isOrders }) => isOrders)], trades: balances }
}

/** Refund numbers that are known, where Alipay tells of some. */
export interface KnownRefunds {
  /** The trade of each refund that payment-service made, by its number. */
  readonly ours: ReadonlyMap<string, string>
  /** Keys of the cases of refunds made elsewhere. */
  readonly outside: ReadonlySet<string>
  /** What refunds in the ledger have given back of a trade, or may have by now, fen. Only of trades with a notice without a number. */
  readonly backFen: ReadonlyMap<string, number>
}

/** What Alipay tells of a refund. */
export interface RefundNotice {
  readonly outTradeNo: string
  readonly requestNo: string | undefined
  /** Of the case that it calls for if it was made elsewhere. */
  readonly caseKey: string
}

/** What is known of refunds that Alipay tells of. Without any it asks nothing. */
export async function findKnownRefunds(tx: Tx, notices: readonly RefundNotice[]): Promise<KnownRefunds> {
  if (notices.length === 0) return { ours: new Map(), outside: new Set(), backFen: new Map() }
  const unnumbered = notices.flatMap(({ outTradeNo, requestNo }) => (requestNo ? [] : [outTradeNo]))
  const numbers = notices.flatMap(({ requestNo }) => requestNo ?? [])
  const rows = await tx.execute<{ refund_id: string | null; of: string; back_fen: string | number | null }>(sql`
    select refund_id, out_trade_no as of, null::bigint as back_fen from refunds
    where refund_id = any(${textArray(numbers)}) and outside_request_no is null
    union all
    select null, key, null from cases where key = any(${textArray(notices.map(({ caseKey }) => caseKey))})
    union all
    select null, out_trade_no, sum(amount_fen)::bigint from refunds
    where out_trade_no = any(${textArray(unnumbered)}) and status in ('PENDING', 'SUCCEEDED') group by out_trade_no`)
  const sums = rows.filter(({ back_fen }) => back_fen !== null)
  const known = rows.filter(({ back_fen }) => back_fen === null)
  return {
    ours: new Map(known.flatMap(({ refund_id, of }) => (refund_id === null ? [] : [[refund_id, of] as const]))),
    outside: new Set(known.flatMap(({ refund_id, of }) => (refund_id === null ? [of] : []))),
    backFen: new Map(sums.map(({ of, back_fen }) => [of, Number(back_fen)])),
  }
}

/** Whether a trade's money had come and gone back before this system heard of the payment. */
export async function hasGoneBack(db: Queryable, outTradeNo: string): Promise<boolean> {
  const [row] = await db
    .select({ refundedBeforeRecorded: attempts.refundedBeforeRecorded })
    .from(attempts)
    .where(eq(attempts.outTradeNo, outTradeNo))
  return row?.refundedBeforeRecorded === true
}

/** Enters a refund that was made elsewhere and is done. Its amount has to be taken and counted besides. */
export async function insertOutsideRefund(
  tx: Tx,
  refund: Pick<Refund, 'refundId' | 'orderId' | 'outTradeNo' | 'amountFen' | 'reason' | 'note' | 'requestedBy'> & {
    readonly outsideRequestNo: string
    readonly finishedAt: Date
  },
): Promise<void> {
  await tx.insert(refunds).values({ ...refund, status: 'SUCCEEDED' })
}

/** Writes what a decision made of a refund. */
export async function updateRefund(tx: Tx, refund: Refund): Promise<void> {
  await tx
    .update(refunds)
    .set({
      status: refund.status,
      nextStep: refund.nextStep ?? null,
      nextTryAt: refund.nextTryAt ?? null,
      tries: refund.tries,
      refusedWith: refund.refusedWith ?? null,
      why: refund.why ?? null,
      finishedAt: refund.finishedAt ?? null,
    })
    .where(eq(refunds.refundId, refund.refundId))
}

/** Counts what has gone back for certain. */
export async function countRefunded(tx: Tx, outTradeNo: string, amountFen: number): Promise<void> {
  await tx.execute(sql`
    update attempts set refunded_fen = refunded_fen + ${amountFen}::bigint where out_trade_no = ${outTradeNo}`)
}

/** The pause that Alipay wants between two refunds of a trade begins now. */
export async function startPause(tx: Tx, outTradeNo: string, pauseMs: number): Promise<void> {
  await tx.execute(sql`
    update attempts set next_refund_at = now() + make_interval(secs => ${pauseMs / 1000}::float8)
    where out_trade_no = ${outTradeNo}`)
}

/** A refund that has something to do now. */
export interface DueRefund {
  readonly refundId: string
  readonly outTradeNo: string
  readonly amountFen: number
  readonly step: 'refund' | 'query'
}

/**
 * Takes up to `limit` due refunds for `leaseS` seconds, at most one `refund` step of each trade, and none of a trade
 * whose pause is not over. One statement, its own transaction.
 */
export async function takeDueRefunds(
  db: Queryable,
  { limit, leaseS }: { limit: number; leaseS: number },
): Promise<DueRefund[]> {
  // The trade's lock decides between replicas: whoever comes second sees the pause that the first has set.
  const rows = await db.execute<{ refund_id: string; out_trade_no: string; amount_fen: number; next_step: string }>(sql`
    with due as (
      select r.refund_id, r.out_trade_no, r.next_step
      from refunds r join attempts a on a.out_trade_no = r.out_trade_no
      where r.next_try_at <= now()
        and (r.next_step = 'query' or (
          (a.next_refund_at is null or a.next_refund_at <= now())
          and not exists (
            select from refunds e
            where e.out_trade_no = r.out_trade_no and e.next_step = 'refund' and e.next_try_at <= now()
              and (e.next_try_at, e.refund_id) < (r.next_try_at, r.refund_id))))
      order by r.next_try_at
      limit ${limit}
      for update of a, r skip locked
    ), paused as (
      update attempts a set next_refund_at = now() + make_interval(secs => ${leaseS}::float8)
      from due where a.out_trade_no = due.out_trade_no and due.next_step = 'refund'
    )
    update refunds r
    set next_try_at = now() + make_interval(secs => ${leaseS}::float8),
        sent_at = case when r.next_step = 'refund' then now() else r.sent_at end,
        -- From here on Alipay may have it.
        status = 'PENDING'
    from due where r.refund_id = due.refund_id
    returning r.refund_id, r.out_trade_no, r.amount_fen, r.next_step`)
  return rows.map(row => ({
    refundId: row.refund_id,
    outTradeNo: row.out_trade_no,
    amountFen: Number(row.amount_fen),
    step: row.next_step === 'query' ? 'query' : 'refund',
  }))
}

/** When each of these trades may be asked for its next refund, and the earliest of the refunds that wait for it. */
export async function nextDueOfTrades(db: Queryable, outTradeNos: readonly string[]): Promise<Date[]> {
  const rows = await db.execute<{ due_at: string }>(sql`
    select min(greatest(r.next_try_at, case when r.next_step = 'refund' then a.next_refund_at end)) as due_at
    from refunds r join attempts a on a.out_trade_no = r.out_trade_no
    where r.out_trade_no = any(${textArray(outTradeNos)}) and r.next_try_at is not null
    group by r.out_trade_no`)
  return rows.map(row => new Date(row.due_at))
}

function toRefund(row: RefundRow): Refund {
  return {
    refundId: row.refundId,
    orderId: row.orderId,
    outTradeNo: row.outTradeNo,
    amountFen: row.amountFen,
    reason: row.reason,
    lines: row.lines ?? undefined,
    returnToStock: row.returnToStock,
    note: row.note ?? undefined,
    requestedBy: row.requestedBy,
    status: row.status,
    nextStep: row.nextStep ?? undefined,
    nextTryAt: row.nextTryAt ?? undefined,
    tries: row.tries,
    refusedWith: row.refusedWith ?? undefined,
    why: row.why ?? undefined,
    requestedAt: row.requestedAt,
    finishedAt: row.finishedAt ?? undefined,
  }
}
