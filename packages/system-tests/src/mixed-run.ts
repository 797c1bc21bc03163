// npm run mixed: many orders of every kind while Alipay fails at random, then an audit of all books.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type AuditReport, promises } from '@alipay-checkout/audit'
import { localDir, signToken, startSystem } from '@alipay-checkout/local-stack'
import { freePort } from '@alipay-checkout/testkit'
import { auditUntilSettled, readTally, type Tally } from './mixed/books.ts'
import { mixedEnvironment } from './mixed/config.ts'
import { mixedFaults } from './mixed/faults.ts'
import { seededRandom } from './mixed/random.ts'
import { Refused, type ShopClient, shopClient } from './mixed/shop-client.ts'
import { runShoppers, type Shopping } from './mixed/shoppers.ts'

const usage = `Places orders of every kind on a system of its own while Alipay fails at random: bought, left, cancelled, paid
late, paid twice, asked for twice, refunded. Then Alipay recovers, everything settles, and all books are audited, Alipay's
too. Ends with 1 if a promise is broken.

  npm run mixed -- --orders 2000 --seed 7
  npm run mixed -- --json        one JSON object on stdout

  --orders N     (2000)
  --shoppers N   at the same time (24)
  --seed N       decides what shoppers do and what Alipay does wrong (1)`

const log = (line: string) => console.error(line)
/** A refund that failed a few times waits five minutes; a link that nobody opened is payable for one. */
const settleTimeoutMs = 600_000

/** Many SKUs of plenty, and a few that are soon sold out, so that late money finds no stock. */
async function stockUp(client: ShopClient, admin: string, orders: number): Promise<string[]> {
  const plenty = Array.from({ length: 20 }, (_, index) => `plenty-${index}`)
  const scarce = Array.from({ length: 5 }, (_, index) => `scarce-${index}`)
  for (const sku of plenty) await client.putOnSale(admin, sku, { priceFen: 1_290, units: orders })
  for (const sku of scarce) await client.putOnSale(admin, sku, { priceFen: 4_900, units: Math.ceil(orders / 100) })
  return [...plenty, ...scarce]
}

/** order-service hears of products through Kafka. The probe asks for more than there is, so it buys nothing. */
async function untilKnown(client: ShopClient, token: string, skus: readonly string[]): Promise<void> {
  const items = skus.map(sku => ({ sku, quantity: 50_000 }))
  const endAt = performance.now() + 30_000
  for (let attempt = 0; ; attempt += 1) {
    const refused = await client.place(token, items, `probe-${attempt}`).catch(error => error as Error)
    if (refused instanceof Refused && refused.why === 'out-of-stock') return
    if (performance.now() > endAt) throw new Error(`the products can't be ordered: ${String(refused)}`)
  }
}

interface Result {
  seed: number
  orders: number
  seconds: number
  shopping: Shopping
  tally: Tally
  report: AuditReport
}

async function run({ orders, shoppers, seed }: { orders: number; shoppers: number; seed: number }): Promise<Result> {
  const dir = join(localDir, 'mixed-run')
  rmSync(dir, { recursive: true, force: true })
  const system = await startSystem({ dir, env: mixedEnvironment(await freePort()), log, label: 'npm run mixed' })
  for (const [signal, code] of [['SIGTERM', 143] as const, ['SIGINT', 130] as const]) {
    process.once(signal, () => void system.stop().then(() => process.exit(code)))
  }
  try {
    const { gatewayUrl, simulatorUrl = '', environment } = system.state
    const { addresses } = system.stack
    const jwtSecret = environment.JWT_SECRET ?? ''
    const databases = {
      orders: addresses.ORDER_DATABASE_URL ?? '',
      payments: addresses.PAYMENT_DATABASE_URL ?? '',
      inventory: addresses.INVENTORY_DATABASE_URL ?? '',
    }
    const client = shopClient({ gatewayUrl, simulatorUrl })
    const skus = await stockUp(client, signToken(jwtSecret, 'mixed-run', 'admin'), orders)
    await untilKnown(client, signToken(jwtSecret, 'probe'), skus)
    await client.setFaults(mixedFaults(seed))
    log(`${orders} orders by ${shoppers} shoppers at a time, with faults drawn from seed ${seed} …`)
    const since = performance.now()
    const shopping = await runShoppers({ client, jwtSecret, skus, orders, shoppers, random: seededRandom(seed) })
    const seconds = Math.round((performance.now() - since) / 1_000)
    await client.clearFaults()
    log(`done in ${seconds} s; Alipay is well again, and what is on its way may arrive …`)
    const report = await auditUntilSettled(
      { databases, simulatorUrl },
      { timeoutMs: settleTimeoutMs, everyMs: 5_000, log },
    )
    return { seed, orders, seconds, shopping, tally: await readTally(databases), report }
  } finally {
    await system.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function describe({ seed, shopping, tally, report }: Result): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `    ${String(count).padStart(6)}  ${name}`)
  return [
    `seed ${seed}`,
    ...['what shoppers did', ...list(shopping.did)],
    ...['refused on the way', ...list(shopping.refused)],
    ...Object.entries(tally).flatMap(([name, counts]) => [name, ...list(counts)]),
    ...report.breaks.map(({ promise, about, what }) => `✖ ${promise}. ${promises[promise]}: ${about}: ${what}`),
    `${report.orders} orders audited in the books of all three services and Alipay`,
    report.breaks.length === 0 ? '✔ no broken promise' : '✖ promises are broken',
  ].join('\n')
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new Error(`--${name} takes a whole number from ${least} on`)
}

try {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '2000' },
      shoppers: { type: 'string', default: '24' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) console.log(usage)
  else {
    const result = await run({
      orders: whole('orders', values.orders, 1),
      shoppers: whole('shoppers', values.shoppers, 1),
      seed: whole('seed', values.seed, 0),
    })
    console.log(values.json ? JSON.stringify(result, null, 2) : describe(result))
    process.exitCode = result.report.breaks.length === 0 ? 0 : 1
  }
} catch (error) {
  console.error(`the run failed: ${(error as Error).message}`)
  process.exitCode = 2
}
