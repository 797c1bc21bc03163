import type { BillTotals, ParsedBill } from '../alipay/bill.ts'
import type { Day } from './day.ts'
import { billRequestNo, type Session } from './stage-bill.ts'

/** The kinds of differences between a bill and the ledger. */
export type DifferenceKind =
  | 'payment_missing_here'
  | 'payment_missing_there'
  | 'refund_missing_here'
  | 'refund_missing_there'
  | 'amount_differs'
  | 'status_differs'
  | 'trade_differs'
  | 'duplicate'
  | 'totals_differ'

/**
 * Alipay and the ledger may date the same row differently near midnight, so a row that one side lacks this close to it
 * may be in the neighbouring day's bill, ms.
 */
const edgeMs = 5 * 60_000

/**
 * Compares the session's `bill_lines` with the ledger of that day in both directions, and writes the differences to the
 * session's table `found`. A bill line may belong to any day of the ledger. A ledger row that the bill lacks is also
 * searched in the lines that were carried over from other days' bills. The number of statements is fixed.
 */
export async function compareBill(session: Session, day: Day, totals: ParsedBill): Promise<void> {
  await session`
    create temp table found (
      kind text not null, subject text not null, status text not null default 'OPEN', order_id text, out_trade_no text,
      trade_no text, request_no text, bill_fen bigint, ledger_fen bigint, bill_at timestamptz, ledger_at timestamptz, detail text not null,
      primary key (kind, subject))`
  await findDuplicates(session)
  await comparePayments(session)
  await compareRefunds(session)
  await findMissingThere(session, day)
  await compareTotals(session, totals)
}

/** Records repeated lines, and keeps the first of each. */
async function findDuplicates(session: Session): Promise<void> {
  // The number of a refund made elsewhere is unique only within its trade.
  await session`
    update bill_lines set subject = out_trade_no || ' ' || subject
    where kind = 'refund' and subject in (
      select subject from bill_lines where kind = 'refund' group by subject having count(distinct out_trade_no) > 1)`
  await session`
    create temp table repeated as
    select kind, subject, min(line) as first, count(*) as times from bill_lines group by kind, subject having count(*) > 1`
  await session`
    insert into found (kind, subject, out_trade_no, trade_no, bill_fen, bill_at, detail)
    select 'duplicate', r.kind || ':' || r.subject, b.out_trade_no, b.trade_no, b.amount_fen, b.at,
      format('the bill has this %s %s times', r.kind, r.times)
    from repeated r join bill_lines b on b.line = r.first and b.kind = r.kind and b.subject = r.subject`
  await session`
    delete from bill_lines b using repeated r where b.kind = r.kind and b.subject = r.subject and b.line > r.first`
}

async function comparePayments(session: Session): Promise<void> {
  await session`
    insert into found (kind, subject, order_id, out_trade_no, trade_no, bill_fen, ledger_fen, bill_at, ledger_at, detail)
    select
      case when a.status is distinct from 'PAID' then 'payment_missing_here'
        when a.paid_fen <> b.amount_fen then 'amount_differs' else 'trade_differs' end,
      b.subject, a.order_id, b.out_trade_no, b.trade_no, b.amount_fen, coalesce(a.paid_fen, p.amount_fen), b.at, a.paid_at,
      case when a.status is null then 'the ledger does not have this payment'
        when a.status <> 'PAID' then 'the ledger has this payment as ' || a.status
        when a.paid_fen <> b.amount_fen then 'both have this payment, with different amounts'
        else 'the ledger has this payment as trade ' || a.trade_no end
    from bill_lines b
    left join attempts a on a.out_trade_no = b.subject
    left join payments p on p.order_id = a.order_id
    where b.kind = 'payment' and a.refunded_before_recorded is not true and (
      a.status is distinct from 'PAID' or a.paid_fen <> b.amount_fen or a.trade_no <> b.trade_no)`
}

async function compareRefunds(session: Session): Promise<void> {
  await session`
    insert into found (
      kind, subject, order_id, out_trade_no, trade_no, request_no, bill_fen, ledger_fen, bill_at, ledger_at, detail)
    select
      case when r.status is null then 'refund_missing_here'
        when r.status <> 'SUCCEEDED' then 'status_differs'
        when r.amount_fen <> b.amount_fen then 'amount_differs' else 'trade_differs' end,
      b.subject, coalesce(r.order_id, a.order_id), b.out_trade_no, b.trade_no,
      nullif(b.request_no, ''), b.amount_fen, r.amount_fen, b.at,
      r.finished_at,
      case when r.status is null then 'the ledger does not have this refund'
        when r.status <> 'SUCCEEDED' then 'the ledger has this refund as ' || r.status
        when r.amount_fen <> b.amount_fen then 'both have this refund, with different amounts'
        else 'the ledger has this refund for ' || r.out_trade_no end
    from bill_lines b
    left join refunds booked on booked.outside_request_no = ${session.unsafe(billRequestNo)} and booked.out_trade_no = b.out_trade_no
    left join refunds r on r.refund_id = coalesce(booked.refund_id, b.request_no)
    left join attempts a on a.out_trade_no = b.out_trade_no
    where b.kind = 'refund' and a.refunded_before_recorded is not true and (
      r.status is distinct from 'SUCCEEDED' or r.amount_fen <> b.amount_fen or r.out_trade_no <> b.out_trade_no)
    on conflict do nothing`
}

async function findMissingThere(session: Session, day: Day): Promise<void> {
  await session`
    insert into found (kind, subject, order_id, out_trade_no, trade_no, ledger_fen, ledger_at, detail)
    select 'payment_missing_there', a.out_trade_no, a.order_id, a.out_trade_no, a.trade_no, a.paid_fen, a.paid_at,
      'the bill does not have this payment'
    from attempts a
    where a.status = 'PAID' and a.paid_at >= ${day.start.toISOString()} and a.paid_at < ${day.end.toISOString()}
      and not exists (select 1 from bill_lines b where b.kind = 'payment' and b.subject = a.out_trade_no)
      and not exists (
        select 1 from carried_bill_lines c
        where c.kind = 'payment' and c.subject = a.out_trade_no and c.bill_date <> ${day.date})`
  await session`
    insert into found (kind, subject, order_id, out_trade_no, ledger_fen, ledger_at, detail)
    select 'refund_missing_there', coalesce(r.outside_request_no, r.refund_id), r.order_id, r.out_trade_no, r.amount_fen, r.finished_at,
      'the bill does not have this refund'
    from refunds r
    where r.status = 'SUCCEEDED' and r.finished_at >= ${day.start.toISOString()} and r.finished_at < ${day.end.toISOString()}
      and not exists (select 1 from bill_lines b where b.kind = 'refund'
          and ${session.unsafe(billRequestNo)} = coalesce(r.outside_request_no, r.refund_id)
          and (r.outside_request_no is null or b.out_trade_no = r.out_trade_no))
      and not exists (
        select 1 from carried_bill_lines c
        where c.kind = 'refund' and c.subject = coalesce(r.outside_request_no, r.refund_id) and c.bill_date <> ${day.date})
    on conflict do nothing`
  const early = new Date(day.start.getTime() + edgeMs).toISOString()
  const late = new Date(day.end.getTime() - edgeMs).toISOString()
  // Once the neighbouring bill is compared, its lines of other days are in `carried_bill_lines`.
  await session`
    update found set status = 'CARRIED', detail = detail || '; the neighbouring day decides'
    where kind in ('payment_missing_there', 'refund_missing_there') and (
      (ledger_at < ${early} and not ${isCompared(session, day.before)})
      or (ledger_at >= ${late} and not ${isCompared(session, day.after)}))`
}

const isCompared = (session: Session, date: string) =>
  session`exists (select 1 from reconciliation_runs where bill_date = ${date} and status = 'DONE')`

async function compareTotals(session: Session, { counted, stated }: ParsedBill): Promise<void> {
  if (!stated || sameTotals(counted, stated)) return
  await session`
    insert into found (kind, subject, bill_fen, ledger_fen, detail)
    values ('totals_differ', 'summary', ${stated.paymentFen - stated.refundFen}, ${counted.paymentFen - counted.refundFen},
      ${`its summary has ${describeTotals(stated)}, its lines have ${describeTotals(counted)}`})`
}

function sameTotals(one: BillTotals, other: BillTotals): boolean {
  return (
    one.payments === other.payments &&
    one.paymentFen === other.paymentFen &&
    one.refunds === other.refunds &&
    one.refundFen === other.refundFen
  )
}

const describeTotals = ({ payments, paymentFen, refunds, refundFen }: BillTotals): string =>
  `${payments} payments of ${paymentFen} fen and ${refunds} refunds of ${refundFen} fen`
