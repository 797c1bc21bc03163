import type { Tx } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type NewCase, openCases, settleCases } from '../cases/open-cases.ts'
import type { DifferenceKind } from './compare-bill.ts'
import type { Day } from './day.ts'

/** Cases opened by one run. Where there is more, one more case says so: nobody works through a thousand by hand. */
const casesMax = 200

interface DifferenceRow extends Record<string, unknown> {
  bill_date: string
  kind: DifferenceKind
  subject: string
  order_id: string | null
  out_trade_no: string | null
  trade_no: string | null
  bill_fen: string | number | null
  our_fen: string | number | null
  bill_at: string | null
  our_at: string | null
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
    insert into bill_differences as d (bill_date, kind, subject, status, order_id, out_trade_no, trade_no, bill_fen,
      our_fen, bill_at, our_at, detail, found_by)
    select ${day.date}::date, kind, subject, status, order_id, out_trade_no, trade_no, bill_fen, our_fen, bill_at,
      our_at, detail, ${runId} from found
    on conflict (bill_date, kind, subject) do update
    set status = excluded.status, bill_fen = excluded.bill_fen, our_fen = excluded.our_fen, detail = excluded.detail,
      changed_at = now()
    where d.status <> excluded.status or d.bill_fen is distinct from excluded.bill_fen
      or d.our_fen is distinct from excluded.our_fen`)
  const gone = await tx.execute<DifferenceRow>(sql`
    update bill_differences d set status = 'SETTLED', changed_at = now()
    where bill_date = ${day.date} and status in ('OPEN', 'CARRIED')
      and not exists (select 1 from found f where f.kind = d.kind and f.subject = d.subject)
    returning *`)
  await settleCases(tx, gone.map(caseKey), `gone when the bill was compared again (${runId})`)
  await openCasesFor(tx, day)
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
      bill_date = ${day.before} and our_at >= ${day.start.toISOString()}::timestamptz - interval '12 hours'
      or bill_date = ${day.after} and our_at < ${day.end.toISOString()}::timestamptz + interval '12 hours')`)
}

async function carryLines(tx: Tx, day: Day): Promise<void> {
  const [start, end] = [day.start.toISOString(), day.end.toISOString()]
  await tx.execute(sql`delete from carried_bill_lines where bill_date = ${day.date}`)
  await tx.execute(sql`
    insert into carried_bill_lines (bill_date, kind, subject, amount_fen)
    select ${day.date}::date, b.kind, b.subject, b.amount_fen from bill_lines b
    left join attempts a on b.kind = 'payment' and a.out_trade_no = b.subject and a.status = 'PAID'
      and a.paid_at >= ${start}::timestamptz and a.paid_at < ${end}::timestamptz
    left join refunds r on b.kind = 'refund' and r.refund_id = b.subject and r.status = 'SUCCEEDED'
      and r.finished_at >= ${start}::timestamptz and r.finished_at < ${end}::timestamptz
    where a.out_trade_no is null and r.refund_id is null`)
}

async function openCasesFor(tx: Tx, day: Day): Promise<void> {
  const open = await tx.execute<DifferenceRow>(sql`
    select * from bill_differences
    where bill_date in (${day.before}::date, ${day.date}::date, ${day.after}::date) and status = 'OPEN'
    order by bill_date = ${day.date} desc, kind, subject limit ${casesMax + 1}`)
  await openCases(tx, open.slice(0, casesMax).map(caseOf))
  if (open.length > casesMax) {
    await openCases(tx, [
      {
        key: `bill_difference:${day.date}:more`,
        kind: 'bill_difference',
        summary: `The bill of ${day.date} differs from our books in more than ${casesMax} places`,
        evidence: { date: day.date, table: 'bill_differences' },
        proposal: {
          action: 'none',
          why: 'so many differences have one cause: look for it, then compare the day again',
        },
      },
    ])
  }
}

const caseKey = ({ bill_date, kind, subject }: Pick<DifferenceRow, 'bill_date' | 'kind' | 'subject'>): string =>
  `bill_difference:${bill_date}:${kind}:${subject}`

const fenOf = (value: string | number | null): number | undefined => (value === null ? undefined : Number(value))

function caseOf(row: DifferenceRow): NewCase {
  const { kind, subject, detail } = row
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
      ours: { amountFen: fenOf(row.our_fen), at: row.our_at },
      // For what can be done about it.
      ...(kind === 'status_differs' || kind === 'refund_missing_there' ? { refundId: subject } : {}),
    },
    proposal: proposalFor(kind, row.order_id !== null),
  }
}

function proposalFor(kind: DifferenceKind, ours: boolean): NewCase['proposal'] {
  switch (kind) {
    case 'payment_missing_here':
    case 'payment_missing_there':
      return ours
        ? { action: 'query_trade', why: 'Alipay can say again what became of the trade' }
        : { action: 'none', why: 'the trade is none of ours: find out who else uses this account at Alipay' }
    case 'status_differs':
      return { action: 'retry_refund', why: 'asked with the same number, Alipay says whether it is done; it pays once' }
    default:
      return { action: 'none', why: 'neither side can be believed without a look at both' }
  }
}
