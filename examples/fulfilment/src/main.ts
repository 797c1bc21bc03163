// A small warehouse: takes paid orders, ships each exactly once, and stops at refunds. README.md describes it.
import { setTimeout as pause } from 'node:timers/promises'
import { createConsumer, createTables } from '@alipay-checkout/consumer'
import { readConfig } from './config.ts'
import { onOrderEvents } from './on-order-events.ts'
import { openShop } from './shop.ts'
import { createWarehouseTables, openDatabase } from './tables.ts'
import { createWorker } from './worker.ts'

const checkEveryMs = 10_000
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const warn = (line: string) => console.error(`⚠ ${line}`)

async function run(): Promise<void> {
  const { databaseUrl, kafka, gatewayUrl, group, token } = readConfig()
  const sql = openDatabase(databaseUrl)
  await createTables(databaseUrl)
  await createWarehouseTables(sql)
  const shop = openShop(gatewayUrl, token)
  const worker = createWorker({ sql, shop, print: console.log, warn })
  const consumer = createConsumer({ group, ...kafka, databaseUrl, on: onOrderEvents, afterCommit: worker.wake })
  // Parcels of the last run are shipped while the consumer may still wait for Kafka.
  worker.start()
  const starting = consumer.start()
  // A fault that waiting does not mend, such as a table that is missing, ends the process.
  starting.catch(() => stopping.abort())
  console.error(`the warehouse runs and waits for paid orders of ${gatewayUrl}; Ctrl-C stops it`)
  while (!stopping.signal.aborted) {
    await pause(checkEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    if (!stopping.signal.aborted) await consumer.check().catch(error => warn((error as Error).message))
  }
  console.error('stopping …')
  await consumer.stop()
  await worker.stop()
  await sql.end({ timeout: 5 })
  await starting
}

try {
  await run()
  console.error('the warehouse is stopped')
  process.exit(0)
} catch (error) {
  console.error(`✖ the warehouse failed: ${(error as Error).message}`)
  process.exit(1)
}
