// npm run reconcile -- --date YYYY-MM-DD: compares Alipay's bill of a day with our books, and says what differs.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { billDifferences } from '../db/reconciliation-schema.ts'
import { yesterday } from '../reconciliation/day.ts'
import type { Run } from '../reconciliation/runs.ts'
import { type CallService, createCallService } from './call-service.ts'

const usage = `Compares Alipay's bill of a day with our books, both ways. Doing it again changes nothing.

  npm run reconcile                            yesterday, in Beijing
  npm run reconcile -- --date YYYY-MM-DD       another day

  --json      machine-readable output
  --by NAME   who you are, for the record; your login name unless given

Ends with 0 when nothing is open, 1 when something differs, 2 when the bill could not be had.`

/** A million lines take a few minutes. */
const waitMs = 15 * 60_000
const lookEveryMs = 250

interface Answer {
  run: Run
  differences: (typeof billDifferences.$inferSelect)[]
}

const { values } = parseArgs({
  options: {
    date: { type: 'string' },
    by: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})

/** Asks for the comparison and waits for the end of this try. */
async function compare(call: CallService, date: string): Promise<Answer> {
  const { runId, tries } = await call<Run>('POST', '/reconciliations', { date })
  const giveUpAt = performance.now() + waitMs
  for (;;) {
    const answer = await call<Answer>('GET', `/reconciliations/${date}`)
    const { run } = answer
    const ended = run.status === 'DONE' || run.status === 'GAVE_UP' || (run.status === 'WAITING' && run.tries > tries)
    if (run.runId !== runId || ended) return answer
    if (performance.now() > giveUpAt) throw new Error('it takes very long; look again with the same command')
    await delay(lookEveryMs)
  }
}

const yuan = (fen: number | null): string => (fen === null ? '—' : `${(fen / 100).toFixed(2)} yuan`)

function describe({ run, differences }: Answer): void {
  console.log(`Bill of ${run.billDate}: ${run.status}`)
  if (run.status !== 'DONE') {
    console.log(`It could not be had (${run.tries} tries): ${run.why}`)
    if (run.nextTryAt) console.log(`Tried again at ${new Date(run.nextTryAt).toISOString()}.`)
    return
  }
  console.log(
    `  payments  bill ${run.billPayments} of ${yuan(run.billPaymentFen)}, ours ${run.ourPayments} of ${yuan(run.ourPaymentFen)}`,
  )
  console.log(
    `  refunds   bill ${run.billRefunds} of ${yuan(run.billRefundFen)}, ours ${run.ourRefunds} of ${yuan(run.ourRefundFen)}`,
  )
  console.log(`  repaired ${run.repaired}, left to the neighbouring day ${run.carried}, file sha256 ${run.fileSha256}`)
  if (differences.length === 0) console.log('  nothing differs')
  for (const { status, kind, subject, billFen, ourFen, detail } of differences) {
    console.log(`  ${status.padEnd(8)} ${kind}  ${subject}  bill ${yuan(billFen)}, ours ${yuan(ourFen)}: ${detail}`)
  }
}

function exitCodeOf({ run, differences }: Answer): number {
  if (run.status !== 'DONE') return 2
  return differences.some(({ status }) => status === 'OPEN') ? 1 : 0
}

try {
  if (values.help) console.log(usage)
  else {
    const answer = await compare(createCallService(values.by), values.date ?? yesterday(new Date()).date)
    if (values.json) console.log(JSON.stringify(answer, null, 2))
    else describe(answer)
    process.exitCode = exitCodeOf(answer)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}
