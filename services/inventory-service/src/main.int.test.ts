import { openDatabase } from '@alipay-checkout/service-kit/database'
import {
  bundledProgram,
  createTestDatabase,
  freePort,
  runToEnd,
  startProcess,
  waitUntil,
} from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'

const main = await bundledProgram('services/inventory-service/src/main.ts')
// Each test starts processes of its own, so the tests run at the same time.
const migrate = await bundledProgram('services/inventory-service/src/migrate.ts')

it.concurrent('does not start without its settings and names the missing ones', async () => {
  const service = startProcess(main)
  expect(await service.exited).toBe(1)
  for (const name of ['INVENTORY_DATABASE_URL', 'KAFKA_BROKERS', 'SERVICE_TOKEN']) {
    expect(service.output()).toContain(`${name} is not set`)
  }
})

it.concurrent('logs that it waits for an unavailable Postgres, and can be stopped meanwhile', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`
  const service = startProcess(main, {
    env: {
      INVENTORY_DATABASE_URL: `postgres://inventory:inventory@${nowhere}/inventory`,
      KAFKA_BROKERS: nowhere,
      SERVICE_TOKEN: 'a token that only the tests know',
    },
  })
  await waitUntil(() => service.output().includes('waiting for Postgres'), {
    what: 'the service logs what it waits for',
    timeoutMs: 50_000,
  })
  expect(await service.stop()).toBe(0)
})

it.concurrent('migrates an empty database, also by two processes at once, and leaves a migrated one unchanged', async () => {
  const { url, drop } = await createTestDatabase('inventory_test')
  const { db, close } = openDatabase({ url, name: 'inventory-test', poolSize: 1 })
  try {
    const env = { INVENTORY_DATABASE_URL: url }
    await Promise.all([runToEnd(migrate, { env }), runToEnd(migrate, { env })])
    await db.execute(sql`insert into products (sku, title, price_fen) values ('tea-01', 'Tea', 100)`)
    await runToEnd(migrate, { env })
    expect([...(await db.execute(sql`select sku, version from products`))]).toEqual([{ sku: 'tea-01', version: 1 }])
  } finally {
    await close()
    await drop()
  }
})
