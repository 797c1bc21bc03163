import { type PaymentMethod, type RefundReason, RefundStatus } from '@alipay-checkout/contracts'
import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, getTableColumns, isNotNull, type SQL, sql } from 'drizzle-orm'
import { attempts, methodOf } from '../payments/schema.ts'
import { type LockedTrade, takeBalance } from './paid-trade-store.ts'
import type { Refund, RefundedLine } from './refund.ts'
import { type TakenByLine, takenByLine } from './refund-amount.ts'
import { refunds } from './schema.ts'

type RefundRow = typeof refunds.$inferSelect

/** What the refunds by line of a trade took of it. */
export async function findTakenByLine(tx: Tx, outTradeNo: string): Promise<TakenByLine> {
  const { status, lines, shippingFen } = refunds
  const rows = await tx
    .select({ status, lines, shippingFen })
    .from(refunds)
    .where(and(eq(refunds.outTradeNo, outTradeNo), isNotNull(lines)))
  return takenByLine(rows)
}

export interface NewRefund {
  readonly refundId: string
  readonly amountFen: number
  readonly reason: RefundReason
  readonly lines?: readonly RefundedLine[] | undefined
  readonly shippingFen: number
  readonly returnToStock?: boolean | undefined
  readonly note?: string | undefined
  readonly requestedBy: string
  readonly idempotencyKey?: string | undefined
  readonly requestHash?: string | undefined
  /** A second person has to approve it. */
  readonly needsApproval: boolean
}

/**
 * Stores a refund and takes its amount from the trade's balance; it is due at once unless it needs an approval. The trade
 * must be locked.
 */
export async function insertRefund(
  tx: Tx,
  trade: LockedTrade,
  { needsApproval, ...refund }: NewRefund,
): Promise<Refund> {
  const state = needsApproval
    ? ({ status: 'AWAITING_APPROVAL' } as const)
    : ({ status: 'REQUESTED', nextStep: 'refund', nextTryAt: trade.now } as const)
  const [[row]] = await Promise.all([
    tx
      .insert(refunds)
      .values({ ...refund, ...state, orderId: trade.orderId, outTradeNo: trade.outTradeNo })
      .returning(),
    takeBalance(tx, trade.outTradeNo, refund.amountFen),
  ])
  return toRefund(row!, trade.method)
}

/** A refund by its id or its idempotency key. `lock` locks it for the transaction. */
export async function findRefund(
  db: Queryable,
  by: { refundId: string } | { orderId: string; idempotencyKey: string },
  { lock = false } = {},
): Promise<(Refund & { readonly requestHash: string | undefined }) | undefined> {
  const query = selectRefunds(db).where(
    'refundId' in by
      ? eq(refunds.refundId, by.refundId)
      : and(eq(refunds.orderId, by.orderId), eq(refunds.idempotencyKey, by.idempotencyKey)),
  )
  const [row] = await (lock ? query.for('update', { of: refunds }) : query)
  return row && { ...toRefundOf(row), requestHash: row.refund.requestHash ?? undefined }
}

/** Locks the refunds of a trade that wait for a second person. */
export async function lockWaiting(tx: Tx, outTradeNo: string): Promise<Refund[]> {
  const rows = await selectRefunds(tx)
    .where(and(eq(refunds.outTradeNo, outTradeNo), eq(refunds.status, 'AWAITING_APPROVAL')))
    .for('update', { of: refunds })
  return rows.map(toRefundOf)
}

/** Refunds, each with what names the method of its trade. */
function selectRefunds(db: Queryable) {
  const attempt = { method: attempts.method, openedAt: attempts.openedAt }
  return db
    .select({ refund: getTableColumns(refunds), attempt })
    .from(refunds)
    .innerJoin(attempts, eq(attempts.outTradeNo, refunds.outTradeNo))
}

function toRefundOf({ refund, attempt }: { refund: RefundRow; attempt: Parameters<typeof methodOf>[0] }): Refund {
  return toRefund(refund, methodOf(attempt))
}

/** An order's refunds, oldest first. */
export async function listRefunds(db: Queryable, orderId: string): Promise<Refund[]> {
  const rows = await selectRefunds(db).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.requestedAt))
  return rows.map(toRefundOf)
}

const statuses: readonly Refund['status'][] = RefundStatus.anyOf.map(({ const: status }) => status)

/** Which refunds are listed: of a status, of the open ones, or those that succeeded in a time span. */
export interface RefundChoice {
  readonly status?: Refund['status'] | 'OPEN' | undefined
  /** ms since 1970 */
  readonly succeeded?: { readonly start: number; readonly end: number } | undefined
}

/**
 * A page of refunds, newest first, with one more than `limit` where another page follows: by when they were requested, or
 * by when they succeeded if a time span is given. `cursor` is a refund's id.
 */
export async function pageOfRefunds(
  db: Queryable,
  { cursor, limit, ...choice }: RefundChoice & { cursor?: string | undefined; limit: number },
): Promise<Refund[]> {
  const { status, succeeded } = choice
  if (succeeded && status !== undefined && status !== 'SUCCEEDED') return []
  const order = succeeded ? sql`r.finished_at desc, r.refund_id desc` : sql`r.requested_at desc, r.refund_id desc`
  const found = await db.execute<{ refund_id: string }>(sql`
    select r.refund_id from ${rowsOf(choice, cursor, limit)} order by ${order} limit ${limit + 1}`)
  const ids = textArray(found.map(({ refund_id }) => refund_id))
  const rows = await selectRefunds(db).where(sql`${refunds.refundId} = any(${ids})`)
  const perId = new Map(rows.map(row => [row.refund.refundId, row]))
  return found.flatMap(({ refund_id }) => perId.get(refund_id) ?? []).map(toRefundOf)
}

/** The rows of a page as the table `r`, found by an index in their order. */
function rowsOf({ status, succeeded }: RefundChoice, cursor: string | undefined, limit: number): SQL {
  if (succeeded) {
    const [from, to] = [succeeded.start, succeeded.end].map(time => new Date(time).toISOString())
    return sql`(
      select refund_id, finished_at from refunds
      where status = 'SUCCEEDED' and finished_at >= ${from}::timestamptz and finished_at < ${to}::timestamptz
        ${before('finished_at', cursor)}) r`
  }
  // Each status is read from the index by itself, so that a list of all is as bounded as a list of one.
  const chosen = status === 'OPEN' ? ['REQUESTED', 'PENDING'] : status === undefined ? statuses : [status]
  return sql`
    unnest(${textArray(chosen)}) as s(status) cross join lateral (
      select refund_id, requested_at from refunds
      where status = s.status ${before('requested_at', cursor)}
      order by requested_at desc, refund_id desc limit ${limit + 1}) r`
}

function before(column: 'requested_at' | 'finished_at', cursor: string | undefined): SQL {
  if (cursor === undefined) return sql``
  const time = sql.identifier(column)
  return sql`and (${time}, refund_id) < (select ${time}, refund_id from refunds where refund_id = ${cursor})`
}

/** What the refunds that a person has requested for an order take, fen. Bookings of refunds made elsewhere do not count. */
export async function sumRequestedBy(
  tx: Tx,
  { orderId, requestedBy, except }: { orderId: string; requestedBy: string; except?: string | undefined },
): Promise<number> {
  const [row] = await tx.execute<{ fen: string | number }>(sql`
    select coalesce(sum(amount_fen), 0)::bigint as fen from refunds
    where order_id = ${orderId} and requested_by = ${requestedBy} and outside_request_no is null
      and refund_id is distinct from ${except ?? null} and status not in ('FAILED', 'REJECTED')`)
  return Number(row?.fen ?? 0)
}

/** Stores a refund that was made elsewhere and has succeeded. The caller takes its amount from the balance. */
export async function insertOutsideRefund(
  tx: Tx,
  refund: Pick<Refund, 'refundId' | 'orderId' | 'outTradeNo' | 'amountFen' | 'reason' | 'note' | 'requestedBy'> & {
    readonly outsideRequestNo: string
    readonly finishedAt: Date
  },
): Promise<void> {
  await tx.insert(refunds).values({ ...refund, status: 'SUCCEEDED' })
}

/** Writes a refund after a decision. */
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
      approvedBy: refund.approvedBy ?? null,
      approvedAt: refund.approvedAt ?? null,
      finishedAt: refund.finishedAt ?? null,
    })
    .where(eq(refunds.refundId, refund.refundId))
}

/** A refund whose next step is due. */
export interface DueRefund {
  readonly refundId: string
  readonly orderId: string
  /** The trace of the order. */
  readonly traceparent: string | undefined
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
  // The trade's lock decides between replicas: the second one reads the pause that the first one has set.
  const rows = await db.execute<{
    refund_id: string
    order_id: string
    traceparent: string | null
    out_trade_no: string
    amount_fen: number
    next_step: string
  }>(sql`
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
        -- From now on Alipay may have received it.
        status = 'PENDING'
    from due where r.refund_id = due.refund_id
    returning r.refund_id, r.order_id, r.out_trade_no, r.amount_fen, r.next_step,
              (select traceparent from payments p where p.order_id = r.order_id) as traceparent`)
  return rows.map(row => ({
    refundId: row.refund_id,
    orderId: row.order_id,
    traceparent: row.traceparent ?? undefined,
    outTradeNo: row.out_trade_no,
    amountFen: Number(row.amount_fen),
    step: row.next_step === 'query' ? 'query' : 'refund',
  }))
}

/** When the next refund of each of these trades is due. */
export async function nextDueOfTrades(db: Queryable, outTradeNos: readonly string[]): Promise<Date[]> {
  const rows = await db.execute<{ due_at: string }>(sql`
    select min(greatest(r.next_try_at, case when r.next_step = 'refund' then a.next_refund_at end)) as due_at
    from refunds r join attempts a on a.out_trade_no = r.out_trade_no
    where r.out_trade_no = any(${textArray(outTradeNos)}) and r.next_try_at is not null
    group by r.out_trade_no`)
  return rows.map(row => new Date(row.due_at))
}

function toRefund(row: RefundRow, method: PaymentMethod | undefined): Refund {
  return {
    refundId: row.refundId,
    orderId: row.orderId,
    outTradeNo: row.outTradeNo,
    method,
    amountFen: row.amountFen,
    reason: row.reason,
    lines: row.lines ?? undefined,
    shippingFen: row.shippingFen,
    returnToStock: row.returnToStock,
    note: row.note ?? undefined,
    requestedBy: row.requestedBy,
    status: row.status,
    nextStep: row.nextStep ?? undefined,
    nextTryAt: row.nextTryAt ?? undefined,
    tries: row.tries,
    refusedWith: row.refusedWith ?? undefined,
    why: row.why ?? undefined,
    approvedBy: row.approvedBy ?? undefined,
    approvedAt: row.approvedAt ?? undefined,
    requestedAt: row.requestedAt,
    finishedAt: row.finishedAt ?? undefined,
  }
}
