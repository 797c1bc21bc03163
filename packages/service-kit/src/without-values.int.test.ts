import { PassThrough } from 'node:stream'
import { createTestDatabase } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, type Db, jsonRows, openDatabase, transact } from './database/index.ts'
import { buildHttpApp } from './http-app.ts'
import { createLogger } from './logger.ts'
import { Problem } from './problem.ts'

const planted = 'planted-customer'
let database: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const created = await createTestDatabase('values_test')
  drop = created.drop
  database = openDatabase({ url: created.url, name: 'values-test' })
  await database.client`create table customers (id text primary key, age int check (age > 0))`
  await database.client`insert into customers values (${planted}, 1)`
})

afterAll(async () => {
  await database?.close()
  await drop?.()
})

const duplicate = sql`insert into customers values (${planted}, 2)`
const badRow = sql`insert into customers values (${`${planted}-2`}, -1)`
const badNumber = sql`select ${planted}::int`
const badJson = sql`select * from jsonb_to_recordset(${jsonRows([{ age: planted }])}) as r(age int)`
const badDocument = sql`select ${`{"customer": ${planted}}`}::jsonb`

const failures: Record<string, (db: Db) => Promise<unknown>> = {
  'a repeated key': db => db.execute(duplicate),
  'a row that a check refuses': db => db.execute(badRow),
  'a value that is no number': db => db.execute(badNumber),
  'a value in JSON rows': db => db.execute(badJson),
  'a document that is not JSON': db => db.execute(badDocument),
  'a statement in a transaction of drizzle': db => db.transaction(tx => tx.execute(duplicate)),
  'a statement in a transaction': db => transact(db, async tx => ({ writes: [], result: await tx.execute(duplicate) })),
  'a write at the end of a transaction': db => transact(db, async () => ({ writes: [badRow], result: 1 })),
}

async function errorOf(fail: (db: Db) => Promise<unknown>): Promise<Error> {
  return fail(database.db).then(
    () => expect.unreachable('it must fail'),
    (error: Error) => error,
  )
}

/** What the logger writes of an error. */
function logged(error: unknown): string {
  const lines = new PassThrough({ encoding: 'utf8' })
  createLogger('test', 'info', lines).error({ err: error }, 'failed')
  return lines.read() as string
}

describe.each(Object.entries(failures))('%s', (_name, fail) => {
  it('fails with its code and statement, without values in any field', async () => {
    const error = await errorOf(fail)
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      expect(cause.message).not.toContain(planted)
      expect(cause.stack).not.toContain(planted)
      expect(JSON.stringify(Object.entries(cause))).not.toContain(planted)
    }
    const codes = [error, error.cause].map(one => (one as NodeJS.ErrnoException | undefined)?.code)
    expect(codes.find(code => code !== undefined)).toMatch(/^2[23]/)
    expect(logged(error)).not.toContain(planted)
  })
})

it('names the cause and the statement in an error of drizzle', async () => {
  const error = await errorOf(db => db.execute(duplicate))
  expect(error.message).toMatch(/^duplicate key .*"customers_pkey", in the statement: insert into customers/)
})

it('logs an error of the driver itself without values, also as the cause of another', async () => {
  const error = await database.client`insert into customers values (${planted}, 2)`.catch((raw: unknown) => raw)
  expect(JSON.stringify(error)).toContain(planted)
  const nested = new Problem('internal-error', 'It failed.', {}, { cause: new AggregateError([error], 'all failed') })
  expect(logged(nested)).not.toContain(planted)
  for (const one of [error, new Problem('internal-error', 'It failed.', {}, { cause: error })]) {
    expect(logged(one)).not.toContain(planted)
    expect(logged(one)).toContain('customers_pkey')
  }
})

it('answers and logs a failed request without values', async () => {
  const lines = new PassThrough({ encoding: 'utf8' })
  const app = buildHttpApp({ logger: createLogger('test', 'info', lines), readiness: {} })
  app.get('/fails', () => database.client`insert into customers values (${planted}, 2)`)
  const answer = await app.inject({ method: 'GET', url: '/fails' })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain(planted)
  const log = lines.read() as string
  expect(log).toContain('customers_pkey')
  expect(log).not.toContain(planted)
  await app.close()
})
