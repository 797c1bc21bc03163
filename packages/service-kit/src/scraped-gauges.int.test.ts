import { createTestDatabase } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addDueWorkGauges, type Database, openDatabase } from './database/index.ts'
import { addScrapedGauges } from './scraped-gauges.ts'

let database: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const created = await createTestDatabase('gauges_test')
  drop = created.drop
  database = openDatabase({ url: created.url, name: 'gauges-test' })
  await database.client`create table jobs (due_at timestamptz)`
  await database.client`
    insert into jobs select now() - n * interval '1 minute' from generate_series(-2, 3) n where n <> 0`
})

afterAll(async () => {
  await database?.close()
  await drop?.()
})

it('counts due rows, with the age of the oldest', async () => {
  const registry = new Registry()
  const due = sql`select due_at from jobs where due_at <= now()`
  const none = sql`select due_at from jobs where due_at <= now() - interval '1 day'`
  const work = [
    { kind: 'some', due },
    { kind: 'none', due: none },
  ]
  addDueWorkGauges({ db: database.db, registry, work })
  const metrics = await registry.metrics()
  expect(metrics).toContain('due_work{kind="some"} 3')
  expect(metrics).toContain('due_work{kind="none"} 0')
  expect(Number(/due_work_oldest_age_seconds\{kind="some"\} (\S+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(180)
  expect(metrics).toContain('due_work_oldest_age_seconds{kind="none"} 0')
})

it('reads once for several scrapes, and omits gauges that can not be read', async () => {
  const registry = new Registry()
  let reads = 0
  addScrapedGauges({
    registry,
    help: { known: 'Known', also_known: 'Known too' },
    read: async () => {
      reads++
      return { known: [{ value: 7 }], also_known: [{ value: 8 }] }
    },
  })
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', name: 'gauges-test' })
  addScrapedGauges({
    registry,
    help: { unknown: 'Unknown' },
    read: async () => {
      await away.db.execute(sql`select 1`)
      return { unknown: [{ value: 9 }] }
    },
  })
  const scrapes = await Promise.all([registry.metrics(), registry.metrics()])
  for (const metrics of scrapes) {
    expect(metrics).toMatch(/^known 7$/m)
    expect(metrics).toMatch(/^also_known 8$/m)
    expect(metrics).not.toMatch(/^unknown /m)
  }
  expect(reads).toBe(1)
  await away.close()
})
