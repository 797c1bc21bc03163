// npm run bench: how many orders a second come to PAID through every real part, and what each costs.
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { localDir, processesOf, startSystem } from '@alipay-checkout/local-stack'
import { benchEnvironment } from './config.ts'
import { cpuTimes } from './cpu-time.ts'
import { watchPaidOrders } from './paid-orders.ts'
import { round, summarise } from './percentiles.ts'
import { stockUp } from './products.ts'
import { type LoadResult, runShoppers } from './shoppers.ts'
import { readBooks } from './verify.ts'

const usage = `Measures whole checkouts, from POST /api/orders to PAID, on a system of its own.

  npm run bench                     at 32 shoppers
  npm run bench -- --json           one JSON object on stdout

  --orders N     orders to measure (3000)
  --shoppers N   shoppers at the same time (32)
  --warm-up N    orders before measuring (500)`

function readArguments() {
  return parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      orders: { type: 'string', default: '3000' },
      shoppers: { type: 'string', default: '32' },
      'warm-up': { type: 'string', default: '500' },
      help: { type: 'boolean', default: false },
    },
  }).values
}

type Arguments = ReturnType<typeof readArguments>

function count(values: Arguments, name: 'orders' | 'shoppers' | 'warm-up'): number {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 on`)
  return value
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const log = (line: string) => console.error(line)

async function bench(values: Arguments) {
  const [orders, shoppers, warmUp] = [count(values, 'orders'), count(values, 'shoppers'), count(values, 'warm-up')]
  const dir = join(localDir, 'bench')
  rmSync(dir, { recursive: true, force: true })
  const system = await startSystem({ dir, env: benchEnvironment(await freePort()), log, label: 'npm run bench' })
  const stop = () => system.stop()
  process.once('SIGTERM', () => void stop().then(() => process.exit(143)))
  process.once('SIGINT', () => void stop().then(() => process.exit(130)))
  try {
    const { gatewayUrl, simulatorUrl = '', environment } = system.state
    const jwtSecret = environment.JWT_SECRET ?? ''
    const skus = await stockUp({ gatewayUrl, jwtSecret, products: 100, unitsEach: orders + warmUp })
    const paid = await watchPaidOrders(environment.KAFKA_BROKERS ?? '')
    const load = { gatewayUrl, simulatorUrl, jwtSecret, skus, shoppers, paid }
    log(`warming up with ${warmUp} orders …`)
    const before = await runShoppers({ ...load, orders: warmUp })
    log(`measuring ${orders} orders at ${shoppers} shoppers …`)
    const processes = processesOf(dir)
    const cpuBefore = cpuTimes(processes)
    const ownBefore = process.cpuUsage()
    const result = await runShoppers({ ...load, orders })
    const own = process.cpuUsage(ownBefore)
    const cpuAfter = cpuTimes(processes)
    await paid.stop()
    const { addresses } = system.stack
    const books = await readBooks({
      orders: addresses.ORDER_DATABASE_URL ?? '',
      payments: addresses.PAYMENT_DATABASE_URL ?? '',
      inventory: addresses.INVENTORY_DATABASE_URL ?? '',
    })
    const cpuMs = new Map([...cpuAfter].map(([name, after]) => [name, after - (cpuBefore.get(name) ?? 0)]))
    cpuMs.set('load generator', (own.user + own.system) / 1000)
    return report({ orders, shoppers, result, cpuMs, books, expected: before.times.length + result.times.length })
  } finally {
    await stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function report(run: {
  orders: number
  shoppers: number
  result: LoadResult
  cpuMs: ReadonlyMap<string, number>
  books: { ordersPaid: number; paymentsPaid: number; unitsSold: number }
  expected: number
}) {
  const { result, books, cpuMs } = run
  const done = result.times.length
  const perOrder = [...cpuMs].map(([name, ms]) => [name, round(ms / done)] as const).sort((a, b) => b[1] - a[1])
  return {
    scenario: 'checkout',
    orders: run.orders,
    shoppers: run.shoppers,
    cores: cpus().length,
    paid: done,
    failed: result.failures.length,
    failures: [...new Set(result.failures)].slice(0, 5),
    system: { ordersPerSecond: round((done / result.elapsedMs) * 1000) },
    latencyMs: {
      place: summarise(result.times.map(({ placeMs }) => placeMs)),
      paidAfterAlipay: summarise(result.times.map(({ notifyToPaidMs }) => notifyToPaidMs)),
      checkout: summarise(result.times.map(({ checkoutMs }) => checkoutMs)),
    },
    cpuMsPerOrder: Object.fromEntries(perOrder),
    books,
    booksMatch: [books.ordersPaid, books.paymentsPaid, books.unitsSold].every(number => number === run.expected),
  }
}

type Report = ReturnType<typeof report>

function describe({ system, latencyMs, cpuMsPerOrder, ...rest }: Report): string {
  const row = (name: string, { p50, p95, p99 }: { p50: number; p95: number; p99: number }) =>
    `  ${name.padEnd(22)} p50 ${String(p50).padStart(8)} ms   p95 ${String(p95).padStart(8)} ms   p99 ${String(p99).padStart(8)} ms`
  return [
    `${system.ordersPerSecond} orders/s to PAID at ${rest.shoppers} shoppers (${rest.paid} orders, ${rest.failed} failed, ${rest.cores} cores)`,
    row('POST /api/orders', latencyMs.place),
    row('paid → PAID', latencyMs.paidAfterAlipay),
    row('whole checkout', latencyMs.checkout),
    'CPU ms per order',
    ...Object.entries(cpuMsPerOrder).map(([name, ms]) => `  ${name.padEnd(22)} ${ms}`),
    rest.booksMatch ? 'all three databases agree' : `THE BOOKS DIFFER: ${JSON.stringify(rest.books)}`,
    ...rest.failures.map(failure => `failed: ${failure}`),
  ].join('\n')
}

try {
  const values = readArguments()
  if (values.help) console.log(usage)
  else {
    const result = await bench(values)
    console.log(values.json ? JSON.stringify(result, null, 2) : describe(result))
    process.exitCode = result.failed === 0 && result.booksMatch ? 0 : 1
  }
} catch (error) {
  console.error(`the measurement failed: ${(error as Error).message}`)
  process.exitCode = 1
}
