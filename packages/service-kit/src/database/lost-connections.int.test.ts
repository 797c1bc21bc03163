import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createTestDatabase, type TestDatabase, waitUntil } from '@alipay-checkout/test-support'
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, type Queryable, textArray } from './database.ts'
import { transact } from './transact.ts'

/** A forwarder to PostgreSQL whose connections can be reset, all at once. */
interface Line {
  url: string
  reset(): void
  /** Resets the connection that next sends a message with this text, instead of passing the message on. */
  resetAt(text: string): void
  close(): Promise<void>
}

async function openLine(url: string): Promise<Line> {
  const { hostname, port } = new URL(url)
  const clients = new Set<Socket>()
  let fatalText: string | undefined
  const server = createServer(client => {
    const postgres = connect(Number(port), hostname)
    clients.add(client)
    client
      .on('error', () => {})
      .on('close', () => {
        clients.delete(client)
        postgres.destroy()
      })
    postgres.on('error', () => {}).on('close', () => client.destroy())
    postgres.pipe(client)
    client.on('data', chunk => {
      if (fatalText === undefined || !chunk.includes(fatalText)) return postgres.write(chunk)
      fatalText = undefined
      client.resetAndDestroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const its = new URL(url)
  its.port = String((server.address() as AddressInfo).port)
  const reset = () => {
    for (const client of clients) client.resetAndDestroy()
  }
  return {
    url: its.href,
    reset,
    resetAt(text) {
      fatalText = text
    },
    async close() {
      reset()
      server.close()
      await once(server, 'close')
    },
  }
}

let created: TestDatabase
let direct: Database
let line: Line
let database: Database

beforeAll(async () => {
  created = await createTestDatabase('lost_connections')
  direct = openDatabase({ url: created.url, name: 'direct', poolSize: 1 })
  await direct.client`create table things (id text primary key)`
})
beforeEach(async () => {
  line = await openLine(created.url)
  database = openDatabase({ url: line.url, name: 'by line', poolSize: 2 })
})
afterEach(async () => {
  await database.close()
  await line.close()
})
afterAll(async () => {
  await direct?.close()
  await created?.drop()
})

const sleep = sql`select pg_sleep(60)`

/**
 * Resets every connection as soon as both connections of the pool are in pg_sleep, and returns when their two sessions
 * have ended, so that the next call counts neither of them. Sessions that were opened after the reset go on.
 */
async function resetBusyConnections(): Promise<void> {
  const sessions = sql`select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
  let busy: { pid: number }[] = []
  await waitUntil(
    async () => {
      busy = await direct.db.execute<{ pid: number }>(sessions)
      return busy.length === 2
    },
    { what: 'both connections are busy' },
  )
  line.reset()
  // PostgreSQL would not notice before the sleep ends.
  for (const { pid } of busy) await direct.db.execute(sql`select pg_terminate_backend(${pid}::int, 10000)`)
}

it('executes or rejects every statement that is sent while its connection closes', async () => {
  for (let round = 0; round < 3; round++) {
    const inserts = [0, 1].map(async index => {
      const id = `${round}-${index}`
      await expect(database.db.execute(sleep)).rejects.toThrow()
      const insert = database.db.execute(sql`insert into things values (${id})`)
      return insert.then(
        () => [id],
        () => [],
      )
    })
    await resetBusyConnections()
    const reported = (await Promise.all(inserts)).flat()
    const there = await direct.client<{ id: string }[]>`select id from things where id = any(${reported})`
    expect(there.map(({ id }) => id).sort()).toEqual(reported.sort())
    expect(await Promise.all([1, 2, 3].map(n => database.client`select ${n}::int as n`))).toEqual(
      [1, 2, 3].map(n => [{ n }]),
    )
  }
})

it('gives waiting transactions a session or rejects them when all connections are lost', async () => {
  const transactions = (statement: SQL) =>
    Array.from({ length: 8 }, (_, n) =>
      transact(database.db, async tx => {
        await tx.execute(statement)
        return { writes: [], result: n }
      }),
    )
  const falling = Promise.allSettled(transactions(sleep))
  for (let fallen = 0; fallen < 4; fallen++) await resetBusyConnections()
  await falling
  expect(await Promise.all(transactions(sql`select 1`))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

describe.each<[string, (run: (tx: Queryable) => Promise<void>) => Promise<unknown>]>([
  ['transact', run => transact(database.db, async tx => ({ writes: [], result: await run(tx) }))],
  ['the transaction of the driver', run => database.db.transaction(run)],
])('a transaction whose connection was lost while it waited (%s)', (_, transaction) => {
  /** Begins a transaction, resets its connection, and returns how to send a statement after `begun` has been rejected. */
  function beginAndReset() {
    const waiting = Promise.withResolvers<void>()
    const late = Promise.withResolvers<string>()
    late.promise.catch(() => {})
    const begun = transaction(async tx => {
      await tx.execute(sql`select 1`)
      line.reset()
      await waiting.promise
      await tx.execute(sql`insert into things values ('late')`).then(() => late.resolve('done'), late.reject)
    })
    const sendLate = () => {
      waiting.resolve()
      return late.promise
    }
    return { begun, sendLate }
  }

  it('rejects its later statements', async () => {
    const { begun, sendLate } = beginAndReset()
    await expect(begun).rejects.toThrow()
    await expect(sendLate()).rejects.toMatchObject({ cause: { code: 'CONNECTION_CLOSED' } })
  })

  it('sends nothing into the sessions of transactions that got the connection after it', async () => {
    const { begun, sendLate } = beginAndReset()
    await expect(begun).rejects.toThrow()
    const sent = Promise.withResolvers<void>()
    let inside = 0
    const others = [1, 2].map(() =>
      transact(database.db, async tx => {
        await tx.execute(sql`select 1`)
        inside++
        await sent.promise
        return { writes: [], result: undefined }
      }),
    )
    await waitUntil(() => inside === 2, { what: 'both sessions are taken by other transactions' })
    await expect(sendLate()).rejects.toMatchObject({ cause: { code: 'CONNECTION_CLOSED' } })
    sent.resolve()
    await Promise.all(others)
    expect(await direct.client`select 1 from things where id = 'late'`).toEqual([])
  })
})

// https://github.com/porsager/postgres/issues/1192: nothing handled the error, so it ended the process.
it('fails at most one statement when a connection is reset while it opens, without ending the process', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    line.resetAt('pg_catalog.pg_type')
    await database.db.execute(sql`select 1`).catch(() => {})
    line.resetAt('pg_catalog.pg_type')
    await transact(database.db, async () => ({ writes: [], result: undefined })).catch(() => {})
    // The connections opened after it know the array types.
    expect(await database.db.execute(sql`select * from unnest(${textArray(['a', 'b'])}) as letter`)).toEqual([
      { letter: 'a' },
      { letter: 'b' },
    ])
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})
