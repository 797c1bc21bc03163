import type { NewEvent, PaymentEvent, PaymentMethod } from '@alipay-checkout/contracts'
import { type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type NewCase, openCases, settleCases } from '../case-store/open-cases.ts'
import { findKnownRefunds } from '../payments/known-refunds.ts'
import { type OutsideRefund, outsideRefundCase, outsideRefundKey } from '../payments/outside-refund-case.ts'
import { stopsShipment } from '../payments/payment.ts'
import { outsideRefundDetected } from '../payments/payment-events.ts'
import { lockPayments } from '../payments/payment-store.ts'
import type { DifferenceKind } from './compare-bill.ts'
import { type Day, dayOf } from './day.ts'
import { billRequestNo } from './stage-bill.ts'

/** Cases opened at a time, so that memory stays bounded whatever the number of differences. */
const pageSize = 500
/** Rows that were set aside are deleted after this retention, days. */
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
  /** How the attempt of this number is paid; null where there is none. Only read for cases. */
  method?: PaymentMethod | null
}

/** The events about refunds that were made elsewhere, and the database's time when they were found. */
interface Announced {
  readonly events: readonly NewEvent<PaymentEvent>[]
  readonly now: Date
}

/**
 * Stores the differences in the session's table `found`, opens cases for them, and settles those that are gone. The same
 * differences again change nothing. Also decides the differences that neighbouring days left to this day's bill, and
 * stores this bill's lines that belong to other days of the ledger. Returns the events about refunds made elsewhere.
 */
export async function recordDifferences(tx: Tx, day: Day, runId: string): Promise<Announced> {
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
  const repaired = await tx.execute<Pick<DifferenceRow, 'bill_date' | 'kind' | 'subject'>>(sql`
    select ${day.date}::text as bill_date, kind, subject from found where status = 'REPAIRED'`)
  await settleCases(tx, repaired.map(caseKey), `repaired when the bill was compared again (${runId})`)
  const gone = await tx.execute<DifferenceRow>(sql`
    update bill_differences d set status = 'SETTLED', changed_at = now()
    where bill_date = ${day.date} and status in ('OPEN', 'CARRIED')
      and not exists (select 1 from found f where f.kind = d.kind and f.subject = d.subject)
    returning *`)
  await settleCases(tx, gone.map(caseKey), `gone when the bill was compared again (${runId})`)
  const announced = await openCasesFor(tx, day)
  await storeSetAside(tx, day)
  return announced
}

/** Stores the rows that were not compared, in place of those of an earlier run of the day. */
async function storeSetAside(tx: Tx, { date }: Day): Promise<void> {
  await tx.execute(sql`
    delete from set_aside_bill_rows
    where bill_date = ${date} or bill_date < (now() at time zone interval '8 hours')::date - ${setAsideDays}::integer`)
  await tx.execute(sql`
    insert into set_aside_bill_rows (
      bill_date, line, kind, trade_no, out_trade_no, request_no, amount_fen, at, reason, content)
    select ${date}::date, line, kind, trade_no, out_trade_no, nullif(request_no, ''), amount_fen, at, reason, content
    from set_aside`)
}

/** Decides what a neighbouring day lacked near midnight: this bill has it, or it stays a difference. */
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

/** Opens a case for every open difference of the day and its neighbours, page by page. */
async function openCasesFor(tx: Tx, day: Day): Promise<Announced> {
  let announced: Announced = { events: [], now: new Date() }
  for (let last: DifferenceRow | undefined; ; ) {
    const after = last
      ? sql`and (bill_date, kind, subject) > (${last.bill_date}::date, ${last.kind}, ${last.subject})`
      : sql``
    const page: DifferenceRow[] = await tx.execute<DifferenceRow>(sql`
      select bill_date::text, kind, subject, order_id, out_trade_no, trade_no, request_no, bill_fen, ledger_fen, bill_at,
        ledger_at, detail,
        (select coalesce(a.method, case when a.opened_at is not null then 'alipay_page' end)
         from attempts a where a.out_trade_no = bill_differences.out_trade_no) as method
      from bill_differences
      where bill_date in (${day.before}::date, ${day.date}::date, ${day.after}::date) and status = 'OPEN' ${after}
      order by bill_date, kind, subject limit ${pageSize}`)
    // Before the cases: a refund that has a case has been announced.
    const { events, now } = await announceOutsideRefunds(tx, page)
    if (events.length > 0) announced = { events: [...announced.events, ...events], now }
    await openCases(tx, page.map(caseOf))
    last = page.at(-1)
    if (!last || page.length < pageSize) return announced
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
    return outsideRefundCase(refund, refundedFen, {
      method: row.method ?? undefined,
      bill: { date: row.bill_date, amountFen: refundedFen, subject },
    })
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
      method: row.method ?? undefined,
      bill: { amountFen: fenOf(row.bill_fen), at: row.bill_at, tradeNo: row.trade_no },
      ours: { amountFen: fenOf(row.ledger_fen), at: row.ledger_at },
      // The action `retry_refund` needs it.
      ...(kind === 'status_differs' || kind === 'refund_missing_there' ? { refundId: subject } : {}),
    },
    proposal: proposalFor(kind, row.order_id !== null),
  }
}

/** The refund made elsewhere that a difference is about: the trade is known, and the ledger has no refund of that number. */
function outsideRefundOf(row: DifferenceRow): { refund: OutsideRefund; refundedFen: number } | undefined {
  if (row.kind !== 'refund_missing_here' || row.order_id === null || row.out_trade_no === null) return undefined
  const at = row.bill_at ? new Date(row.bill_at) : dayOf(row.bill_date)!.start
  return {
    refund: {
      orderId: row.order_id,
      outTradeNo: row.out_trade_no,
      tradeNo: row.trade_no ?? '',
      // Differences from before the column have the number as their subject.
      requestNo:
        row.request_no ?? (/^[^ ]+$/.test(row.subject) && row.subject !== row.out_trade_no ? row.subject : undefined),
      at,
    },
    refundedFen: Number(row.bill_fen),
  }
}

/** The events about refunds made elsewhere that no notify has announced: the shipment has to stop. */
async function announceOutsideRefunds(tx: Tx, rows: readonly DifferenceRow[]): Promise<Announced> {
  const found = rows.flatMap(row => outsideRefundOf(row) ?? [])
  // The payment of a refund that has a case is not locked, because booking that refund locks the trade first and then
  // waits for the difference.
  const known = await findOutsideCases(tx, found)
  const fresh = found.filter(one => !known.has(keyOfOutside(one)))
  if (fresh.length === 0) return { events: [], now: new Date() }
  const { payments, now } = await lockPayments(
    tx,
    fresh.map(({ refund }) => refund.orderId),
  )
  const announced = await findOutsideCases(tx, fresh)
  const otherAmounts = await findOtherAmounts(tx, fresh)
  const events = fresh.flatMap(one => {
    const { refund, refundedFen } = one
    const payment = payments.get(refund.orderId)
    const attempt = payment?.attempts.find(({ outTradeNo }) => outTradeNo === refund.outTradeNo)
    if (!payment || !attempt || announced.has(keyOfOutside(one))) return []
    const paysNothing = attempt.status !== 'PAID' && otherAmounts.has(refund.outTradeNo)
    if (paysNothing || !stopsShipment(payment, attempt)) return []
    // Also before its payment is recorded, because its case keeps later notices from announcing it.
    const trade = attempt.status === 'PAID' ? attempt.trade : { ...refund, amountFen: payment.amountFen }
    return [outsideRefundDetected(payment, trade, { ...refund, refundedFen }, 'bill')]
  })
  return { events, now }
}

/** The trades among these of which Alipay reported another amount than their order has: unless accepted, they pay nothing. */
async function findOtherAmounts(tx: Tx, found: readonly FoundRefund[]): Promise<ReadonlySet<string>> {
  const rows = await tx.execute<{ of: string }>(sql`
    select distinct out_trade_no as of from cases
    where kind = 'amount_mismatch'
      and order_id = any(${textArray(found.map(({ refund }) => refund.orderId))})`)
  return new Set(rows.map(({ of }) => of))
}

type FoundRefund = NonNullable<ReturnType<typeof outsideRefundOf>>

const keyOfOutside = ({ refund, refundedFen }: FoundRefund): string =>
  outsideRefundKey(refund.outTradeNo, refund.requestNo, refundedFen)

/** The keys of those that have a case. */
async function findOutsideCases(tx: Tx, found: readonly FoundRefund[]): Promise<ReadonlySet<string>> {
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
        ? { action: 'query_trade', why: 'A query gives the current state of the trade at Alipay.' }
        : {
            action: 'none',
            why: 'No order has this number, though it is in this system’s format. Find out which other system uses the account.',
          }
    case 'status_differs':
      return {
        action: 'retry_refund',
        why: 'A retry with the same number cannot refund twice, and shows whether it is done.',
      }
    default:
      return { action: 'none', why: 'Compare both sides by hand: neither is known to be right.' }
  }
}

/** Settles the difference of a refund that is in the ledger now. */
export async function settleBillRefund(tx: Tx, outTradeNo: string, requestNo: string): Promise<void> {
  // Alipay: a refund that was requested without a number has the trade's.
  await tx.execute(sql`
    update bill_differences set status = 'SETTLED', changed_at = now()
    where kind = 'refund_missing_here' and out_trade_no = ${outTradeNo} and coalesce(request_no, out_trade_no) = ${requestNo} and status = 'OPEN'`)
}
