// npm run reconcile -- --date YYYY-MM-DD: compares Alipay's bill of a day with the ledger, and prints what differs.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { DifferenceBody, RunBody } from '../reconciliation/read-runs.ts'
import type { setAsideBillRows } from '../reconciliation/schema.ts'
import { type CallService, createCallService, readArguments } from './call-service.ts'

const usage = `Compares Alipay's bill of a day with the ledger in both directions. Repeating it changes nothing.

  npm run reconcile                            yesterday, in Beijing
  npm run reconcile -- --date YYYY-MM-DD       another day

  --foreign   only lists the rows of other trades on the same account, from the last comparison of --date
  --odd       only lists the rows of --date that could not be read
  --json      machine-readable output; with --foreign and --odd one line per row
  --by NAME   your name for the record; your login name by default

A day can be compared once it is over in Beijing. Days that were missed are compared automatically, oldest first.

Ends with 0 when nothing is open, 1 when something differs, 2 when the bill could not be fetched.`

/** A million lines take a few minutes. */
const waitMs = 15 * 60_000
const pollEveryMs = 250

type SetAsideRow = typeof setAsideBillRows.$inferSelect

interface Answer {
  run: RunBody
  differences: DifferenceBody[]
}
type Page = Answer & { nextOffset: number | null }

const { values } = readArguments(usage, () =>
  parseArgs({
    options: {
      date: { type: 'string' },
      by: { type: 'string' },
      foreign: { type: 'boolean', default: false },
      odd: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  }),
)

/** Requests the comparison, and waits for the end of this try. */
async function compare(call: CallService, wanted: string | undefined): Promise<Answer> {
  const requested = await call<RunBody>('POST', '/reconciliations', wanted === undefined ? {} : { date: wanted })
  const { runId, tries, billDate: date } = requested
  const giveUpAt = performance.now() + waitMs
  for (;;) {
    const answer = await call<Page>('GET', `/reconciliations/${date}`)
    const { run } = answer
    const ended = run.status === 'DONE' || run.status === 'GAVE_UP' || (run.status === 'WAITING' && run.tries > tries)
    if (run.runId !== runId || ended) return { run, differences: await allDifferences(call, date, answer) }
    if (performance.now() > giveUpAt)
      throw new Error('The comparison still runs. Repeat the command to see its result.')
    await delay(pollEveryMs)
  }
}

async function allDifferences(call: CallService, date: string, first: Page): Promise<DifferenceBody[]> {
  const all = [...first.differences]
  for (let offset = first.nextOffset; offset !== null; ) {
    const page = await call<Page>('GET', `/reconciliations/${date}?offset=${offset}`)
    all.push(...page.differences)
    offset = page.nextOffset
  }
  return all
}

/** Prints the rows of a day's bill that were not compared, page by page. */
async function list(call: CallService, date: string | undefined, rows: 'foreign' | 'odd'): Promise<void> {
  if (date === undefined) throw new Error('A day is required: --date YYYY-MM-DD')
  for (let after: number | null = 0; after !== null; ) {
    const page: { items: SetAsideRow[]; nextAfter: number | null } = await call(
      'GET',
      `/reconciliations/${date}/set-aside?rows=${rows}&after=${after}`,
    )
    for (const row of page.items) console.log(values.json ? JSON.stringify(row) : describeRow(row))
    after = page.nextAfter
  }
}

function describeRow({
  line,
  kind,
  outTradeNo,
  tradeNo,
  requestNo,
  amountFen,
  at,
  reason,
  content,
}: SetAsideRow): string {
  if (kind === 'odd') return `row ${line}: ${reason}: ${content}`
  const about = `${outTradeNo}, trade ${tradeNo}${requestNo === null ? '' : `, request ${requestNo}`}`
  return `row ${line}: ${kind} of ${yuan(amountFen)}, ${about}${at === null ? '' : `, ${new Date(at).toISOString()}`}`
}

const yuan = (fen: number | null): string => (fen === null ? '—' : `${(fen / 100).toFixed(2)} yuan`)

function describe({ run, differences }: Answer): void {
  console.log(`Bill of ${run.billDate}: ${run.status}`)
  if (run.status !== 'DONE') {
    console.log(`It could not be fetched (${run.tries} tries): ${run.why}`)
    if (run.nextTryAt) console.log(`The next try is at ${run.nextTryAt}.`)
    return
  }
  console.log(
    `  payments  bill ${run.billPayments} of ${yuan(run.billPaymentFen)}, ours ${run.ourPayments} of ${yuan(run.ourPaymentFen)}`,
  )
  console.log(
    `  refunds   bill ${run.billRefunds} of ${yuan(run.billRefundFen)}, ours ${run.ourRefunds} of ${yuan(run.ourRefundFen)}`,
  )
  console.log(
    `  foreign   ${run.foreignPayments} payments of ${yuan(run.foreignPaymentFen)}, ${run.foreignRefunds} refunds of ${yuan(run.foreignRefundFen)}: other trades on this account, listed by --foreign`,
  )
  if (run.oddRows) console.log(`  odd       ${run.oddRows} rows could not be read, listed by --odd`)
  console.log(`  repaired ${run.repaired}, left to the neighbouring day ${run.carried}, file sha256 ${run.fileSha256}`)
  if (differences.length === 0) console.log('  nothing differs')
  for (const { status, kind, subject, method, billFen, ourFen, detail } of differences) {
    const about = method ? `${subject} (${method})` : subject
    console.log(`  ${status.padEnd(8)} ${kind}  ${about}  bill ${yuan(billFen)}, ours ${yuan(ourFen)}: ${detail}`)
  }
}

function exitCodeOf({ run, differences }: Answer): number {
  if (run.status !== 'DONE') return 2
  return differences.some(({ status }) => status === 'OPEN') ? 1 : 0
}

try {
  if (values.help) console.log(usage)
  else if (values.foreign || values.odd) {
    await list(createCallService(values.by), values.date, values.foreign ? 'foreign' : 'odd')
  } else {
    const answer = await compare(createCallService(values.by), values.date)
    if (values.json) console.log(JSON.stringify(answer, null, 2))
    else describe(answer)
    process.exitCode = exitCodeOf(answer)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}
