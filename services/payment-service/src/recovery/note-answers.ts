import { type Db, jsonRows, textArray, transact } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { lockPaymentsOfAttempts } from '../payments/payment-store.ts'
import { watchPauseS } from '../payments/query-schedule.ts'
import { type Answer, decideLostLink, type LostLink } from './lost-link.ts'

/**
 * Notes that Alipay has answered about attempts, and has those queried further that may still be paid by a link whose
 * opening was lost: both in one transaction. Until it is committed, the attempts count as not queried.
 *
 * @param queriedAt the database's time, not later than the queries: a link that expired after its query may be paid
 */
export async function noteAnswers(db: Db, answers: ReadonlyMap<string, Answer>, queriedAt: Date): Promise<void> {
  if (answers.size === 0) return
  const outTradeNos = [...answers.keys()]
  await transact(db, async tx => {
    const { payments } = await lockPaymentsOfAttempts(tx, outTradeNos)
    const links = [...payments.values()].flatMap(payment =>
      payment.attempts.flatMap(attempt => {
        const state = answers.get(attempt.outTradeNo)
        const link = state && decideLostLink(payment, attempt, state, queriedAt)
        return link ? [{ outTradeNo: attempt.outTradeNo, ...link }] : []
      }),
    )
    return {
      writes: [
        sql`update attempts set synced_at = now() where out_trade_no = any(${textArray(outTradeNos)})`,
        ...linkUpdates(links),
      ],
      result: undefined,
    }
  })
}

/** How such a link was opened is not known: it counts as `alipay_page`, as every attempt without a method does. */
function linkUpdates(links: readonly ({ outTradeNo: string } & LostLink)[]) {
  if (links.length === 0) return []
  return [
    sql`
    update attempts a
    set status = r.status, time_expire = coalesce(a.time_expire, r."timeExpire"), updated_at = now(),
        opened_at = coalesce(a.opened_at, now()),
        closed_at = case when r.status = 'CLOSED' then coalesce(a.closed_at, now()) end,
        next_sync_at = coalesce(a.next_sync_at, now() + make_interval(secs => ${watchPauseS}))
    from jsonb_to_recordset(${jsonRows(links)}) as r("outTradeNo" text, status text, "timeExpire" timestamptz)
    where a.out_trade_no = r."outTradeNo"`,
  ]
}
