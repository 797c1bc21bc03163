import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase, waitUntil } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateDatabase } from './migrate.ts'

let database: TestDatabase
let sql: postgres.Sql
let migrationsFolder: string

beforeEach(async () => {
  database = await createTestDatabase('migrate_test')
  sql = postgres(database.url, { max: 3, onnotice: () => {} })
  migrationsFolder = await mkdtemp(join(tmpdir(), 'migrations-'))
  await mkdir(join(migrationsFolder, 'meta'))
})

afterEach(async () => {
  await sql.end({ timeout: 5 })
  await database.drop()
  await rm(migrationsFolder, { recursive: true })
})

/** Writes migrations as drizzle-kit does. */
async function write(...migrations: string[]): Promise<void> {
  const entries = migrations.map((_, idx) => ({
    idx,
    version: '7',
    when: idx + 1,
    tag: `000${idx}`,
    breakpoints: true,
  }))
  await writeFile(join(migrationsFolder, 'meta', '_journal.json'), JSON.stringify({ entries }))
  for (const [idx, text] of migrations.entries()) await writeFile(join(migrationsFolder, `000${idx}.sql`), text)
}

const first = 'create table things (id int);--> statement-breakpoint\ninsert into things values (1);'
const migrate = (options: { lockTimeoutMs?: number; log?: (line: string) => void } = {}) =>
  migrateDatabase({ url: database.url, migrationsFolder, ...options })

/** Locks the table against ALTER TABLE until the returned function is called. */
async function lockTable(): Promise<() => Promise<unknown>> {
  const session = await sql.reserve()
  await session`begin`
  await session`select from things`
  return async () => {
    await session`rollback`
    session.release()
  }
}

it('runs new migrations once, also when two runs start at the same time', async () => {
  await write(first)
  await Promise.all([migrate(), migrate()])
  await write(first, 'alter table things add column name text')
  await migrate()
  await migrate()
  expect([...(await sql`select id, name from things`)]).toEqual([{ id: 1, name: null }])
})

it('rolls all migrations back when a statement fails', async () => {
  await write(first, 'alter table nothing add column name text')
  await expect(migrate()).rejects.toThrow('"nothing" does not exist')
  expect([...(await sql`select to_regclass('things') as name`)]).toEqual([{ name: null }])
})

it('validates a constraint in another transaction than the one that added it', async () => {
  const note = 'insert into transactions values (pg_current_xact_id()::text)'
  await write(
    `create table transactions (id text);--> statement-breakpoint\n${first}`,
    `alter table things add constraint positive check (id > 0) not valid;--> statement-breakpoint\n${note}`,
    `alter table things validate constraint positive;--> statement-breakpoint\n${note}`,
  )
  await migrate()
  expect(new Set((await sql`select id from transactions`).map(({ id }) => id)).size).toBe(2)
})

it('waits for a lock at most the lock timeout, and tries again', async () => {
  await write(first)
  await migrate()
  await write(first, 'alter table things add column name text')
  const unlock = await lockTable()
  const lines: string[] = []
  const migrating = migrate({ lockTimeoutMs: 50, log: line => lines.push(line) })
  await waitUntil(() => lines.length > 0, { what: 'the migration tries again' })
  await unlock()
  await migrating
  expect([...(await sql`select id, name from things`)]).toEqual([{ id: 1, name: null }])
})

it('fails after five attempts with advice, and changes nothing', async () => {
  await write(first)
  await migrate()
  await write(first, 'create table more (id int);--> statement-breakpoint\nalter table things add column name text')
  const unlock = await lockTable()
  try {
    await expect(migrate({ lockTimeoutMs: 20, log: () => {} })).rejects.toThrow(/5 attempts.*Run it again/)
  } finally {
    await unlock()
  }
  expect([...(await sql`select to_regclass('more') as name`)]).toEqual([{ name: null }])
})

it('builds an index concurrently, outside of a transaction, also while another run waits for its turn', async () => {
  const index = '-- by id\ncreate index concurrently if not exists things_by_id on things (id)'
  await write(first, index, 'alter table things add column name text')
  await Promise.all([migrate(), migrate()])
  expect([...(await sql`select indexname from pg_indexes where tablename = 'things'`)]).toEqual([
    { indexname: 'things_by_id' },
  ])
  expect([...(await sql`select name from things`)]).toEqual([{ name: null }])
})

describe('an index of a run that was killed', () => {
  const indexed = 'create unique index concurrently "things_id" on things (id)'
  const isValid = async () => (await sql`select indisvalid from pg_index where indexrelid = 'things_id'::regclass`)[0]

  it('is kept if it was built but not recorded', async () => {
    await write(first)
    await migrate()
    await sql.unsafe(indexed)
    await write(first, indexed)
    await migrate()
    expect(await isValid()).toEqual({ indisvalid: true })
  })

  it('is built again if it is invalid', async () => {
    await write(first)
    await migrate()
    await sql`insert into things values (1)`
    await expect(sql.unsafe(indexed)).rejects.toThrow('could not create unique index')
    expect(await isValid()).toEqual({ indisvalid: false })
    await sql`delete from things where ctid = (select max(ctid) from things)`
    await write(first, indexed)
    await migrate()
    expect(await isValid()).toEqual({ indisvalid: true })
  })
})
