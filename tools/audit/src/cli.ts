// npm run audit: compares the ledgers of all services, and the simulator's, with the promises.
import { parseArgs } from 'node:util'
import { ConfigError } from '@alipay-checkout/service-kit'
import { type AuditReport, audit } from './audit.ts'
import { readConfig } from './config.ts'
import { promises } from './promises.ts'

const usage = `Reads the ledgers of the running system and prints every broken promise with the order that shows it.
Exits with 1 if there is one. It only reads, and may run at any time.

  npm run audit
  npm run audit -- --json      one JSON object on stdout

  --settle S   orders that changed less than S seconds ago are not judged (120)`

function describe({ orders, moving, alipay, counts, breaks }: AuditReport): string {
  const broken = Object.entries(counts).sort(([a], [b]) => Number(a) - Number(b))
  const lines = broken.flatMap(([number, count]) => {
    const shown = breaks.filter(({ promise }) => String(promise) === number)
    return [
      `✖ ${number}. ${promises[Number(number) as keyof typeof promises]}: ${count} broken`,
      ...shown.map(({ about, what }) => `    ${about}: ${what}`),
      ...(count > shown.length ? [`    … and ${count - shown.length} more`] : []),
    ]
  })
  const left = moving === 0 ? '' : `, ${moving} changed too recently to be judged`
  const ledgers = alipay === 'compared' ? 'all three services and Alipay' : 'all three services'
  return [...lines, `${orders} orders in the ledgers of ${ledgers}${left}`, summary(broken.length)].join('\n')
}

const summary = (broken: number) => (broken === 0 ? '✔ no broken promise' : `✖ ${broken} promises are broken`)

try {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      settle: { type: 'string', default: '120' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) console.log(usage)
  else {
    const settleSeconds = Number(values.settle)
    if (!Number.isFinite(settleSeconds) || settleSeconds < 0) throw new Error('--settle takes seconds, from 0 on')
    const config = readConfig()
    const report = await audit({
      databases: {
        orders: config.ORDER_DATABASE_URL,
        payments: config.PAYMENT_DATABASE_URL,
        inventory: config.INVENTORY_DATABASE_URL,
      },
      simulatorUrl: config.SIMULATOR_URL,
      kafka: config.kafka,
      settleSeconds,
    })
    console.log(values.json ? JSON.stringify(report, null, 2) : describe(report))
    process.exitCode = report.breaks.length === 0 ? 0 : 1
  }
} catch (error) {
  console.error(`the audit failed: ${(error as Error).message}`)
  if (error instanceof ConfigError) console.error('There is nothing to audit: start the system first, with npm start.')
  process.exitCode = 2
}
