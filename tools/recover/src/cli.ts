// npm run recover: after databases were restored, has the services agree about every order again.
import { parseArgs } from 'node:util'
import { ConfigError } from '@alipay-checkout/service-kit'
import { readConfig, readPaymentDatabaseUrl } from './config.ts'
import { keepDeadLetters } from './new-kafka.ts'
import { type Recovery, recover } from './recover.ts'

const usage = `Run it after a restore, with the services running and the gateway stopped. Each service publishes again what it knows
about every order about which they disagree, and queries Alipay, until they agree. docs/operations/backup.md

  npm run recover
  npm run recover -- --json
  npm run recover -- --new-kafka     only where Kafka was lost: once, before the services start with the new cluster

Ends with 0 when the services agree, 1 when a person has to decide, 2 when it could not run. Repeating it is safe.`

const linesMax = 100

function describe({ rounds, found, rebuilt, notRebuilt, cancelled, unclear, left, openCases }: Recovery): string {
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
    ...list(`${unclear.length} attempts without a clear answer of Alipay`, unclear),
    ...list(
      `✖ ${left.length} differences are left`,
      left.map(({ about, what }) => `${about}: ${what}`),
    ),
    ...(openCases > 0 ? [`${openCases} open cases: npm run cases -- list`] : []),
    left.length === 0 ? '✔ the services agree' : 'See docs/operations/backup.md',
  ].join('\n')
}

const giveUp = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => giveUp.abort())

try {
  const { values } = parseArgs({
    options: {
      'new-kafka': { type: 'boolean', default: false },
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
    const result = await recover({ config: readConfig(), log, signal: giveUp.signal })
    console.log(values.json ? JSON.stringify(result, null, 2) : describe(result))
    process.exitCode = result.left.length === 0 ? 0 : 1
  }
} catch (error) {
  console.error(`the recovery failed: ${(error as Error).message}`)
  if (error instanceof ConfigError) console.error('Start the services first; with npm start their addresses are known.')
  process.exitCode = giveUp.signal.aborted ? 130 : 2
}
