import { appendEvents } from '@alipay-checkout/messaging'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type NewCase, openCases, settleCases } from '../case-store/open-cases.ts'
import { findKnownRefunds } from '../payments/known-refunds.ts'
import { type OutsideRefund, outsideRefundCase, outsideRefundKey } from '../payments/outside-refund-case.ts'
import { outsideRefundDetected } from '../payments/payment-events.ts'
import { lockPayments, serviceName } from '../payments/payment-store.ts'
import type { DifferenceKind } from './compare-bill.ts'
import { type Day, dayOf } from './day.ts'
import { billRequestNo } from './stage-bill.ts'

/** Cases opened at a time: bounded memory, whatever the number of differences. */
const pageSize = 500
/** Rows that were set aside are listed for so long, days. */
const setAsideDays = 31

interface DifferenceRow extends Record<string, unknown> {
  bill_date: string
  kind: DifferenceKind
  subject: string
  order_id: string | null
  out_trade_no: string | null
  trade_no: string | null
  request_no: string | null
  bill_fen: string | number | null
  ledger_fen: string | number | null
  bill_at: string | null
  ledger_at: string | null
  detail: string
}

/**
 * Keeps the differences in `found` of the transaction's own session, opens cases for those that a person has to look
 * at, and settles what is there no more. The same differences again change nothing. Also decides what the neighbouring
 * days left to this day's bill, and keeps this bill's lines that belong to other days of ours.
 */
export async function keepDifferences(tx: Tx, day: Day, runId: string): Promise<void> {
  await settleCarried(tx, day)
  await carryLines(tx, day)
  await tx.execute(sql`
    insert into bill_differences as d (bill_date, kind, subject, status, order_id, out_trade_no, trade_no, request_no,
      bill_fen, ledger_fen, bill_at, ledger_at, detail, found_by)
    select ${day.date}::date, kind, subject, status, order_id, out_trade_no, trade_no, request_no, bill_fen, ledger_fen,
      bill_at, ledger_at, detail, ${runId} from found
    on conflict (bill_date, kind, subject) do update
    set status = excluded.status, bill_fen = excluded.bill_fen, ledger_fen = excluded.ledger_fen, detail = excluded.detail,
      changed_at = now()
    where d.status <> excluded.status or d.bill_fen is distinct from excluded.bill_fen
      or d.ledger_fen is distinct from excluded.ledger_fen`)
  const gone = await tx.execute<DifferenceRow>(sql`
    update bill_differences d set status = 'SETTLED', changed_at = now()
    where bill_date = ${day.date} and status in ('OPEN', 'CARRIED')
      and not exists (select 1 from found f where f.kind = d.kind and f.subject = d.subject)
    returning *`)
  await settleCases(tx, gone.map(caseKey), `gone when the bill was compared again (${runId})`)
  await openCasesFor(tx, day)
  await keepSetAside(tx, day)
}

/** Rows of the bill that were not compared, in place of those of an earlier run of the day. */
async function keepSetAside(tx: Tx, { date }: Day): Promise<void> {
  await tx.execute(sql`
    delete from set_aside_bill_rows
    where bill_date = ${date} or bill_date < (now() at time zone interval '8 hours')::date - ${setAsideDays}::integer`)
  await tx.execute(sql`
    insert into set_aside_bill_rows (
      bill_date, line, kind, trade_no, out_trade_no, request_no, amount_fen, at, reason, content)
    select ${date}::date, line, kind, trade_no, out_trade_no, nullif(request_no, ''), amount_fen, at, reason, content
    from set_aside`)
}

/** What a neighbouring day lacked near midnight: this bill has it, or nobody has. */
async function settleCarried(tx: Tx, day: Day): Promise<void> {
  await tx.execute(sql`
    update bill_differences d set changed_at = now(), status = case when exists (
        select 1 from bill_lines b
        where b.subject = d.subject and 'payment' = b.kind and d.kind = 'payment_missing_there'
          or b.subject = d.subject and 'refund' = b.kind and d.kind = 'refund_missing_there')
      then 'SETTLED' else 'OPEN' end
    where status = 'CARRIED' and (
      bill_date = ${day.before} and ledger_at >= ${day.start.toISOString()}::timestamptz - interval '12 hours'
      or bill_date = ${day.after} and ledger_at < ${day.end.toISOString()}::timestamptz + interval '12 hours')`)
}

async function carryLines(tx: Tx, day: Day): Promise<void> {
  const [start, end] = [day.start.toISOString(), day.end.toISOString()]
  await tx.execute(sql`delete from carried_bill_lines where bill_date = ${day.date}`)
  await tx.execute(sql`
    insert into carried_bill_lines (bill_date, kind, subject, amount_fen)
    select ${day.date}::date, b.kind, b.subject, b.amount_fen from bill_lines b
    left join attempts a on b.kind = 'payment' and a.out_trade_no = b.subject and a.status = 'PAID'
      and a.paid_at >= ${start}::timestamptz and a.paid_at < ${end}::timestamptz
    left join refunds booked on booked.outside_request_no = ${sql.raw(billRequestNo)} and booked.out_trade_no = b.out_trade_no
    left join refunds r on b.kind = 'refund' and r.refund_id = coalesce(booked.refund_id, b.request_no)
      and r.status = 'SUCCEEDED'
      and r.finished_at >= ${start}::timestamptz and r.finished_at < ${end}::timestamptz
    where a.out_trade_no is null and r.refund_id is null`)
}

/** Every open difference of the day and its neighbours has a case, page by page. */
async function openCasesFor(tx: Tx, day: Day): Promise<void> {
  for (let last: DifferenceRow | undefined; ; ) {
    const after = last
      ? sql`and (bill_date, kind, subject) > (${last.bill_date}::date, ${last.kind}, ${last.subject})`
      : sql``
    const page: DifferenceRow[] = await tx.execute<DifferenceRow>(sql`
      select bill_date::text, kind, subject, order_id, out_trade_no, trade_no, request_no, bill_fen, ledger_fen, bill_at,
        ledger_at, detail
      from bill_differences
      where bill_date in (${day.before}::date, ${day.date}::date, ${day.after}::date) and status = 'OPEN' ${after}
      order by bill_date, kind, subject limit ${pageSize}`)
    // Announced first: what has a case has been announced.
    await announceOutsideRefunds(tx, page)
    await openCases(tx, page.map(caseOf))
    last = page.at(-1)
    if (!last || page.length < pageSize) return
  }
}

const caseKey = ({ bill_date, kind, subject }: Pick<DifferenceRow, 'bill_date' | 'kind' | 'subject'>): string =>
  `bill_difference:${bill_date}:${kind}:${subject}`

const fenOf = (value: string | number | null): number | undefined => (value === null ? undefined : Number(value))

function caseOf(row: DifferenceRow): NewCase {
  const { kind, subject, detail } = row
  const outside = outsideRefundOf(row)
  if (outside) {
    const { refund, refundedFen } = outside
    return outsideRefundCase(refund, refundedFen, { bill: { date: row.bill_date, amountFen: refundedFen, subject } })
  }
  return {
    key: caseKey(row),
    kind: 'bill_difference',
    orderId: row.order_id ?? undefined,
    outTradeNo: row.out_trade_no ?? undefined,
    summary: `Bill of ${row.bill_date}, ${kind.replaceAll('_', ' ')}: ${subject}: ${detail}`,
    evidence: {
      date: row.bill_date,
      difference: kind,
      subject,
      bill: { amountFen: fenOf(row.bill_fen), at: row.bill_at, tradeNo: row.trade_no },
      ours: { amountFen: fenOf(row.ledger_fen), at: row.ledger_at },
      // For what can be done about it.
      ...(kind === 'status_differs' || kind === 'refund_missing_there' ? { refundId: subject } : {}),
    },
    proposal: proposalFor(kind, row.order_id !== null),
  }
}

/** The refund made elsewhere that a difference is about: the trade is ours, and the ledger has no refund of that number. */
function outsideRefundOf(row: DifferenceRow): { refund: OutsideRefund; refundedFen: number } | undefined {
  if (row.kind !== 'refund_missing_here' || row.order_id === null || row.out_trade_no === null) return undefined
  const at = row.bill_at ? new Date(row.bill_at) : dayOf(row.bill_date)!.start
  return {
    refund: {
      orderId: row.order_id,
      outTradeNo: row.out_trade_no,
      tradeNo: row.trade_no ?? '',
      // Differences from before the column have it as their subject.
      requestNo:
        row.request_no ?? (/^[^ ]+$/.test(row.subject) && row.subject !== row.out_trade_no ? row.subject : undefined),
      at,
    },
    refundedFen: Number(row.bill_fen),
  }
}

/** Publishes those refunds made elsewhere that no notify has told of: fulfilment has to stop. */
async function announceOutsideRefunds(tx: Tx, rows: readonly DifferenceRow[]): Promise<void> {
  const found = rows.flatMap(row => outsideRefundOf(row) ?? [])
  // No payment is locked for a refund that has its case: whoever books it holds the trade and waits for its difference.
  const known = await knownOutside(tx, found)
  const fresh = found.filter(one => !known.has(keyOfOutside(one)))
  if (fresh.length === 0) return
  const { payments, now } = await lockPayments(
    tx,
    fresh.map(({ refund }) => refund.orderId),
  )
  const announced = await knownOutside(tx, fresh)
  const events = fresh.flatMap(one => {
    const { refund, refundedFen } = one
    const payment = payments.get(refund.orderId)
    const attempt = payment?.attempts.find(({ outTradeNo }) => outTradeNo === refund.outTradeNo)
    if (!payment || attempt?.status !== 'PAID' || announced.has(keyOfOutside(one))) return []
    return [outsideRefundDetected(payment, attempt.trade, { ...refund, refundedFen }, 'bill')]
  })
  await appendEvents(tx, serviceName, events, now)
}

type FoundRefund = NonNullable<ReturnType<typeof outsideRefundOf>>

const keyOfOutside = ({ refund, refundedFen }: FoundRefund): string =>
  outsideRefundKey(refund.outTradeNo, refund.requestNo, refundedFen)

/** Those that have a case, by its key. */
async function knownOutside(tx: Tx, found: readonly FoundRefund[]): Promise<ReadonlySet<string>> {
  const notices = found.map(one => ({
    outTradeNo: one.refund.outTradeNo,
    requestNo: one.refund.requestNo,
    caseKey: keyOfOutside(one),
  }))
  return (await findKnownRefunds(tx, notices)).outside
}

function proposalFor(kind: DifferenceKind, ours: boolean): NewCase['proposal'] {
  switch (kind) {
    case 'payment_missing_here':
    case 'payment_missing_there':
      return ours
        ? { action: 'query_trade', why: 'Alipay can say again what became of the trade' }
        : {
            action: 'none',
            why: 'the number looks like one of ours and no order has it: find out which other system uses this account',
          }
    case 'status_differs':
      return { action: 'retry_refund', why: 'asked with the same number, Alipay says whether it is done; it pays once' }
    default:
      return { action: 'none', why: 'neither side can be believed without a look at both' }
  }
}

/** A refund that a bill had and the ledger had not is in the ledger now: the difference is over. */
export async function settleBillRefund(tx: Tx, outTradeNo: string, requestNo: string): Promise<void> {
  // Alipay: a refund that was asked for without a number has the trade's.
  await tx.execute(sql`
    update bill_differences set status = 'SETTLED', changed_at = now()
    where kind = 'refund_missing_here' and out_trade_no = ${outTradeNo} and coalesce(request_no, out_trade_no) = ${requestNo} and status = 'OPEN'`)
}
