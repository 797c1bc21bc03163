import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrokenSystem } from '../system/broken-system.ts'
import { asking } from './read-books.ts'
import type { Scores } from './scores.ts'

interface Comparison {
  run: { status: string; why: string | null; billPayments: number | null; billRefunds: number | null }
  differences: { kind: string; subject: string; detail: string }[]
}

const compareWithinMs = 60_000
const lookEveryMs = 500

/** Today in Beijing, as bills are dated. */
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

/**
 * Has payment-service compare Alipay's bill of today with its books, as it does each day: nothing may differ (13).
 *
 * @throws Error when the comparison does not come to an end
 */
export async function compareBill(
  { simulatorUrl, replicas, serviceToken, databases }: BrokenSystem,
  scores: Scores,
): Promise<void> {
  const date = today()
  const service = replicas.find(replica => replica.service === 'payment-service')?.url
  const headers = { 'x-service-token': serviceToken, 'x-actor': 'faults', 'content-type': 'application/json' }
  const body = (value: object) => JSON.stringify(value)
  await ok(fetch(`${simulatorUrl}/simulator/bills`, { method: 'POST', headers, body: body({ date, ready: true }) }))
  // A day that is not over is refused by the API, so its run is written where the daily job writes it. Any run that is
  // asked for wakes the reconciler.
  await asking(
    databases.payments,
    sql => sql`
      insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
      values (${`run_${randomUUID().replaceAll('-', '')}`}, ${date}, 'WAITING', 'faults', now()) on conflict do nothing`,
  )
  await ok(fetch(`${service}/reconciliations`, { method: 'POST', headers, body: body({ date: '2020-01-01' }) }))
  const giveUpAtMs = performance.now() + compareWithinMs
  for (;;) {
    const { run, differences } = (await ok(fetch(`${service}/reconciliations/${date}`, { headers }))) as Comparison
    if (run.status === 'DONE') {
      scores.looked(13, 'lines of the bill', (run.billPayments ?? 0) + (run.billRefunds ?? 0))
      for (const { kind, subject, detail } of differences)
        scores.broke(13, subject, `the bill differs (${kind}): ${detail}`)
      return
    }
    if (performance.now() > giveUpAtMs) throw new Error(`the bill is ${run.status} after a minute: ${run.why}`)
    await delay(lookEveryMs)
  }
}

async function ok(asked: Promise<Response>): Promise<unknown> {
  const answer = await asked
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}
