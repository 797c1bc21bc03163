// Compares a generated bill of a million lines with a ledger of as many rows, and shows time and memory:
//   node services/payment-service/src/reconciliation/reconcile.bench.ts [--lines 1000000] [--json]
// TEST_POSTGRES_ADMIN_URL names the PostgreSQL server in which it creates a database of its own.

import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createOutbox } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { createBillClient } from '../alipay/bill-download.ts'
import { createAlipayClient } from '../alipay/client.ts'
import { readKeys } from '../alipay/keys.ts'
import { createRecordAlipayResult } from '../payments/record-alipay-result.ts'
import type { PaymentDatabase } from '../test-database.ts'
import { createReconciler } from './reconcile-job.ts'
import { findRunOfDay, requestRun } from './runs.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'

const date = '2026-01-02'
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    json: { type: 'boolean' },
    compare: { type: 'string' },
    bill: { type: 'string' },
  },
})
const lines = Number(values.lines)
/** One line in a hundred is a refund. */
const refundEvery = 100

const orderId = (index: number) => `ord_${index.toString(16).padStart(32, '0')}`
const atOf = (index: number) => {
  const second = 60 + Math.floor((index / lines) * 86_000)
  return `${date} ${[second / 3600, (second / 60) % 60, second % 60].map(part => String(Math.floor(part)).padStart(2, '0')).join(':')}`
}

/** The bill's lines; one payment is missing, one has another amount, one belongs to no order. */
function* billLines(): Generator<TestBillLine> {
  for (let index = 0; index < lines; index++) {
    const outTradeNo = orderId(index)
    if (index === 1) continue
    if (index % refundEvery === 50) {
      const paid = orderId(index - 1)
      yield {
        kind: '退款',
        outTradeNo: paid,
        tradeNo: `T${paid}`,
        requestNo: paid.replace('ord_', 'ref_'),
        fen: 1,
        at: atOf(index),
      }
    } else yield { kind: '交易', outTradeNo, fen: index === 2 ? 999 : 100 + (index % 1000), at: atOf(index) }
  }
  yield { kind: '交易', outTradeNo: 'NOBODY', fen: 1, at: atOf(5) }
}

async function fillLedger({ client }: PaymentDatabase): Promise<void> {
  await client`set statement_timeout = 0`
  const at = client`${`${date} 00:01:00+08`}::timestamptz + make_interval(secs => floor(i::float8 / ${lines}::float8 * 86000))`
  const id = (prefix: string, index: ReturnType<typeof client>) => client`${prefix} || lpad(to_hex(${index}), 32, '0')`
  const rows = client`generate_series(0, ${lines - 1}::int) as i where i % ${refundEvery} <> 50`
  await client`
    insert into payments (order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at)
    select ${id('ord_', client`i`)}, 'c-1', 100 + i % 1000, 'PAID', ${id('ord_', client`i`)}, now() from ${rows}`
  await client`
    insert into attempts (out_trade_no, order_id, number, status, trade_no, paid_at, paid_fen)
    select ${id('ord_', client`i`)}, ${id('ord_', client`i`)}, 1, 'PAID', ${id('Tord_', client`i`)}, ${at}, 100 + i % 1000
    from ${rows}`
  await client`
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, finished_at)
    select ${id('ref_', client`i - 1`)}, ${id('ord_', client`i - 1`)}, ${id('ord_', client`i - 1`)}, 1, 'SUCCEEDED',
      'requested', 'bench', ${at}
    from generate_series(0, ${lines - 1}::int) as i where i % ${refundEvery} = 50`
}

/** Compares the bill at `billUrl`. Returns time and memory of this process, which does nothing else. */
async function compare(databaseUrl: string, billUrl: string) {
  const database = openDatabase({ url: databaseUrl, name: 'bench' })
  const app = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const alipay = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // No server listens there, so a payment that only the bill has stays a difference.
  const alipayOptions = {
    appId: '1',
    gateway: 'http://127.0.0.1:9/gateway.do',
    keys: readKeys({
      ALIPAY_PRIVATE_KEY: app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ALIPAY_PUBLIC_KEY: alipay.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    }),
    timeoutMs: 1_000,
  }
  const { download } = createBillClient({ ...alipayOptions, hosts: [new URL(billUrl).host] })
  const reconciler = createReconciler({
    database,
    bills: { query: async () => ({ outcome: 'ready', url: billUrl, emptyDay: false }), download },
    alipay: createAlipayClient({ ...alipayOptions, registry: new Registry() }),
    recordAlipayResult: createRecordAlipayResult({
      outbox: createOutbox({ db: database.db, service: 'payment-service' }),
    }),
    logger: createLogger('bench', 'silent'),
    retryPausesMs: [],
  })
  await requestRun(database.db, date, 'bench')
  const rssBefore = process.memoryUsage.rss()
  const startedAt = performance.now()
  await reconciler.runNow()
  const seconds = (performance.now() - startedAt) / 1000
  const run = await findRunOfDay(database.db, date)
  await database.close()
  return {
    lines,
    seconds: Math.round(seconds * 10) / 10,
    linesPerSecond: Math.round(lines / seconds),
    rssBeforeMiB: Math.round(rssBefore / 2 ** 20),
    // The kernel reports the process's peak in KiB.
    rssMaxMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    fileBytes: run?.fileBytes,
    status: run?.status,
    why: run?.why,
    differences: JSON.stringify(run?.differences),
  }
}

/** Creates a ledger and a bill, and lets a process of its own compare them. */
async function bench(): Promise<void> {
  // Imported only here, because it loads much that a service does not.
  const { openTestDatabase } = await import('../test-database.ts')
  const database = await openTestDatabase()
  const dir = await mkdtemp(join(tmpdir(), 'reconcile-bench-'))
  const path = join(dir, 'bill.zip')
  const server = createServer((_request, response) => createReadStream(path).pipe(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const billUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bill.zip`
  try {
    await fillLedger(database)
    await writeBillArchive(path, billText(billLines()))
    const child = fork(
      import.meta.filename,
      ['--lines', values.lines, '--compare', database.url, '--bill', billUrl],
      // Without a bound, V8 retains garbage from startup, more of it on machines with more memory.
      { execArgv: ['--max-semi-space-size=16'] },
    )
    const [result] = await once(child, 'message')
    if (values.json) console.log(JSON.stringify(result))
    else console.table(result)
  } finally {
    server.close()
    await rm(dir, { recursive: true })
    await database.drop()
  }
}

if (values.compare !== undefined) process.send?.(await compare(values.compare, values.bill as string))
else await bench()
process.exit()
