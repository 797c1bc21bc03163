// npm run recover: after databases were restored, has the services agree about every order again.
import { parseArgs } from 'node:util'
import { ConfigError } from '@alipay-checkout/service-kit'
import { readConfig, readPaymentDatabaseUrl } from './config.ts'
import type { LostTime } from './lost-time.ts'
import { keepDeadLetters } from './new-kafka.ts'
import { type Recovery, recover } from './recover.ts'

const usage = `Run it after a restore, with the services running and the gateway stopped. Each service publishes again what it knows
about every order about which they disagree, until they agree. Alipay is queried about those, and about all unpaid orders
that could be paid in the time whose changes may be lost. docs/operations/backup.md

  npm run recover
  npm run recover -- --new-kafka     only where Kafka was lost: once, before the services start with the new cluster

  --lost-since TIME   when that time begins: the oldest moment to which a database was restored. PostgreSQL knows it until
                      it is started again
  --lost-until TIME   when it ends: when the services ran again. By default when the last database server started
  --json              one JSON object on stdout

A TIME has its zone: 2026-11-28T10:00:00+08:00. Ends with 0 when the services agree and Alipay has answered about everything,
1 when something is left for a person, 2 when it could not run. It can be interrupted and repeated at any time.`

const linesMax = 100

function describe(recovery: Recovery): string {
  const { rounds, found, rebuilt, notRebuilt, cancelled, unclear, left, openCases } = recovery
  const list = (title: string, all: readonly string[]) =>
    all.length === 0
      ? []
      : [
          `${title}:`,
          ...all.slice(0, linesMax).map(one => `  ${one}`),
          ...(all.length > linesMax ? [`  … and ${all.length - linesMax} more`] : []),
        ]
  return [
    `${found} orders differed; ${rounds} rounds`,
    ...list(`${rebuilt.length} lost orders rebuilt, without recipient, note, reference and metadata`, rebuilt),
    ...list(
      `${notRebuilt.length} lost orders not rebuilt`,
      notRebuilt.map(({ orderId, reason }) => `${orderId}: ${reason}`),
    ),
    ...list(`${cancelled.length} orders cancelled, because their stock had been released`, cancelled),
    ...describePayable(recovery),
    ...list(`✖ ${unclear.length} attempts without a clear answer of Alipay: run it again`, unclear),
    ...list(
      `✖ ${left.length} differences are left`,
      left.map(({ about, what }) => `${about}: ${what}`),
    ),
    ...(openCases > 0 ? [`${openCases} open cases: npm run cases -- list`] : []),
    isDone(recovery) ? '✔ the services agree' : 'See docs/operations/backup.md',
  ].join('\n')
}

function describePayable({ payable }: Recovery): string[] {
  if (payable === undefined) {
    return [
      '✖ Alipay was not queried about orders that all services have as unpaid, because no database knows to which moment',
      '  it was restored: give --lost-since',
    ]
  }
  const { since, until, queried, paid } = payable
  return [
    `${queried} attempts that could be paid from ${since.toISOString()} to ${until.toISOString()} were queried at Alipay, ` +
      `and ${paid.length} were paid`,
    ...paid.slice(0, linesMax).map(one => `  ${one}`),
  ]
}

/** Whether nothing is left for a person or for the next run. */
function isDone({ left, unclear, payable }: Recovery): boolean {
  return left.length === 0 && unclear.length === 0 && payable !== undefined
}

/** @throws Error naming the option that is no time with a zone */
function timeOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const at = new Date(text)
  if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(text) || Number.isNaN(at.getTime())) {
    throw new Error(`--${option} takes a time with its zone, such as 2026-11-28T10:00:00+08:00, not ${text}`)
  }
  return at
}

/** @throws Error where a time is malformed, or ends before it begins */
function readLostTime(values: { 'lost-since'?: string; 'lost-until'?: string }): Partial<LostTime> {
  const since = timeOf('lost-since', values['lost-since'])
  const until = timeOf('lost-until', values['lost-until'])
  if (since && until && until <= since) throw new Error('--lost-until has to be later than --lost-since')
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) }
}

const giveUp = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => giveUp.abort())

try {
  const { values } = parseArgs({
    options: {
      'new-kafka': { type: 'boolean', default: false },
      'lost-since': { type: 'string' },
      'lost-until': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) console.log(usage)
  else if (values['new-kafka']) {
    const kept = await keepDeadLetters(readPaymentDatabaseUrl())
    console.log(values.json ? JSON.stringify(kept) : `${kept.letters} dead letters of the lost cluster are kept`)
  } else {
    const log = (line: string) => console.error(line)
    const lost = readLostTime(values)
    const result = await recover({ config: readConfig(), lost, log, signal: giveUp.signal })
    console.log(values.json ? JSON.stringify(result, null, 2) : describe(result))
    process.exitCode = isDone(result) ? 0 : 1
  }
} catch (error) {
  console.error(`the recovery failed: ${(error as Error).message}`)
  if (error instanceof ConfigError) console.error('Start the services first; with npm start their addresses are known.')
  process.exitCode = giveUp.signal.aborted ? 130 : 2
}
