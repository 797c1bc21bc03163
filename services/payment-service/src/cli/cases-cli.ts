// npm run cases -- list|show|resolve: lists cases, and resolves them.
import { parseArgs } from 'node:util'
import type { Case } from '@alipay-checkout/contracts'
import { type CallService, createCallService, readArguments } from './call-service.ts'

const usage = `Cases: problems with payments and events that need a person.

  npm run cases -- list                              open cases
  npm run cases -- show <id>                         a case with its evidence and its trail
  npm run cases -- resolve <id> --note "…"           what would be done
  npm run cases -- resolve <id> --note "…" --yes     do it

  --action    none | query_trade | accept_payment | refund_trade | retry_refund |
              book_outside_refund; the proposed one by default
  --by NAME   your name for the trail; your login name by default
  --all       list: resolved cases too
  --json      machine-readable output`

const { values, positionals } = readArguments(usage, () =>
  parseArgs({
    allowPositionals: true,
    options: {
      action: { type: 'string' },
      note: { type: 'string' },
      by: { type: 'string' },
      yes: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  }),
)
const [command, id] = positionals

const print = (value: unknown) => console.log(JSON.stringify(value, null, 2))

async function list(call: CallService): Promise<void> {
  const found: Case[] = []
  let cursor: string | null = null
  do {
    const page: { items: Case[]; nextCursor: string | null } = await call(
      'GET',
      `/cases?limit=100${cursor ? `&cursor=${cursor}` : ''}`,
    )
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  const shown = found.filter(({ status }) => values.all || status !== 'RESOLVED')
  if (values.json) return print(shown)
  if (shown.length === 0) console.log('No open cases.')
  for (const { caseId, kind, status, openedAt, summary, proposal } of shown) {
    console.log(`${caseId}  ${status.padEnd(8)}  ${openedAt}  ${kind}`)
    console.log(`    ${summary}`)
    if (status !== 'RESOLVED') console.log(`    proposed: ${proposal.action}, because ${proposal.why}`)
  }
}

function show(one: Case): void {
  if (values.json) {
    print(one)
    return
  }
  console.log(`${one.caseId}  ${one.status}  ${one.kind}\n${one.summary}`)
  if (one.orderId) console.log(`order: ${one.orderId}`)
  if (one.outTradeNo) console.log(`trade: ${one.outTradeNo}`)
  console.log(`proposed: ${one.proposal.action}, because ${one.proposal.why}`)
  console.log(`evidence: ${JSON.stringify(one.evidence, null, 2)}`)
  for (const { at, by, what, note } of one.trail) console.log(`  ${at}  ${what} by ${by}${note ? `: ${note}` : ''}`)
}

async function resolve(call: CallService, caseId: string): Promise<void> {
  const { note, yes } = values
  if (!note) throw new Error('A reason is required: --note "…"')
  const action = values.action ?? (await call<Case>('GET', `/cases/${caseId}`)).proposal.action
  const after = await call<Case>('POST', `/cases/${caseId}/resolve`, { action, note, preview: !yes })
  show(after)
  if (values.json) return
  if (!yes) console.log('\nNothing was done. Add --yes to do it.')
  else if (after.status === 'APPROVED') console.log('\nApproved. Another person has to approve it too.')
}

async function run(): Promise<void> {
  if (values.help || !command) return console.log(usage)
  const call = createCallService(values.by)
  if (command === 'list') return list(call)
  if (command !== 'show' && command !== 'resolve') throw new Error(`There is no command ${command}.\n\n${usage}`)
  if (!id || !/^case_[0-9a-f]{32}$/.test(id)) {
    throw new Error('The id of a case is required. List them with: npm run cases -- list')
  }
  return command === 'show' ? show(await call<Case>('GET', `/cases/${id}`)) : resolve(call, id)
}

try {
  await run()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
