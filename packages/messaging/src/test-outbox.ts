import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { NewEvent } from '@alipay-checkout/contracts'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase, runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { createTestDatabase, ensureTopics, testStack } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { openKafka, openProducer, type Producer } from './kafka.ts'
import { outboxInserts } from './outbox.ts'
import { type Relay, startRelay } from './relay.ts'

/** For tests: a database with an outbox, and a producer. */
export interface TestOutbox {
  database: Database
  databaseUrl: string
  brokers: string
  producer: Producer
  depth(): Promise<number>
  /** A relay that stops at the end of the test; `url` is another address of the database. */
  startRelay(options?: { service?: string; url?: string }): Relay & { registry: Registry }
  close(): Promise<void>
}

const testLogger = createLogger('test', 'silent')
export const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`

/** Stores events in a transaction that the test controls. */
export async function appendEvents(tx: Tx, source: string, events: readonly NewEvent[], time: Date): Promise<void> {
  await runAll(tx, outboxInserts(source, events, time))
}

/** `onFinished`: concurrent tests pass the hook of their own context, because the global one needs a single running test. */
export async function openTestOutbox(
  name: string,
  onFinished: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<TestOutbox> {
  // The tables of every service include the outbox and the inbox.
  const migrationsFolder = fileURLToPath(new URL('../../../services/order-service/drizzle', import.meta.url))
  const [{ kafkaBrokers: brokers }, created] = await Promise.all([
    testStack(),
    createTestDatabase(name, { migrationsFolder }),
    ensureTopics(),
  ])
  const database = openDatabase({ url: created.url, name: 'test' })
  const producer = openProducer(openKafka({ brokers, clientId: 'test', logger: testLogger }))
  await producer.connect()
  return {
    database,
    databaseUrl: created.url,
    brokers,
    producer,
    async depth() {
      const [row] = await database.client<{ n: number }[]>`select count(*)::int as n from outbox`
      return row?.n ?? 0
    },
    startRelay({ service = 'order-service', url } = {}) {
      const own = url === undefined ? database : openDatabase({ url, name: 'test' })
      const registry = new Registry()
      const relay = startRelay({ service, database: own, producer, logger: testLogger, registry })
      onFinished(async () => {
        await relay.stop()
        if (own !== database) await own.close()
      })
      return Object.assign(relay, { registry })
    },
    async close() {
      await producer.disconnect()
      await database.close()
      await created.drop()
    },
  }
}
