import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createTestDatabase, type TestDatabase, waitUntil } from '@alipay-checkout/testkit'
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, type Queryable, textArray } from './database.ts'
import { transact } from './transact.ts'

/** A way to Postgres whose connections can be reset, all at once. */
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

/** Resets every connection as soon as both of the pool's are asleep in a statement. */
async function resetUnderWay(): Promise<void> {
  const asleep = sql`from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
  await waitUntil(async () => (await direct.db.execute(sql`select 1 ${asleep}`)).length === 2, {
    what: 'both are busy',
  })
  line.reset()
  // Postgres would let them sleep on.
  await direct.db.execute(sql`select pg_terminate_backend(pid) ${asleep}`)
}

it('what is sent while its connection falls is done or refused: neither forgotten nor taken for done', async () => {
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
    await resetUnderWay()
    const said = (await Promise.all(inserts)).flat()
    const there = await direct.client<{ id: string }[]>`select id from things where id = any(${said})`
    expect(there.map(({ id }) => id).sort()).toEqual(said.sort())
    expect(await Promise.all([1, 2, 3].map(n => database.client`select ${n}::int as n`))).toEqual(
      [1, 2, 3].map(n => [{ n }]),
    )
  }
})

it('transactions that wait for a session while all of them fall get one, or hear why not', async () => {
  const transactions = (statement: SQL) =>
    Array.from({ length: 8 }, (_, n) =>
      transact(database.db, async tx => {
        await tx.execute(statement)
        return { writes: [], result: n }
      }),
    )
  const falling = Promise.allSettled(transactions(sleep))
  for (let fallen = 0; fallen < 4; fallen++) await resetUnderWay()
  await falling
  expect(await Promise.all(transactions(sql`select 1`))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

describe.each<[string, (run: (tx: Queryable) => Promise<void>) => Promise<unknown>]>([
  ['transact', run => transact(database.db, async tx => ({ writes: [], result: await run(tx) }))],
  ['the transaction of the driver', run => database.db.transaction(run)],
])('a transaction whose connection fell while it thought (%s)', (_, transaction) => {
  /** Begins one, lets its connection fall, and gives what it sends after that: by then `begun` is over. */
  function beginAndFall() {
    const thinking = Promise.withResolvers<void>()
    const late = Promise.withResolvers<string>()
    late.promise.catch(() => {})
    const begun = transaction(async tx => {
      await tx.execute(sql`select 1`)
      line.reset()
      await thinking.promise
      await tx.execute(sql`insert into things values ('late')`).then(() => late.resolve('done'), late.reject)
    })
    const sendLate = () => {
      thinking.resolve()
      return late.promise
    }
    return { begun, sendLate }
  }

  it('is refused what it sends then', async () => {
    const { begun, sendLate } = beginAndFall()
    await expect(begun).rejects.toThrow()
    await expect(sendLate()).rejects.toMatchObject({ cause: { code: 'CONNECTION_CLOSED' } })
  })

  it('sends nothing into the sessions of those that got the connection after it', async () => {
    const { begun, sendLate } = beginAndFall()
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
    await waitUntil(() => inside === 2, { what: 'both sessions are taken by others' })
    await expect(sendLate()).rejects.toMatchObject({ cause: { code: 'CONNECTION_CLOSED' } })
    sent.resolve()
    await Promise.all(others)
    expect(await direct.client`select 1 from things where id = 'late'`).toEqual([])
  })
})

// https://github.com/porsager/postgres/issues/1192: nothing handled the error, so it ended the process.
it('a connection that falls while it learns the array types fails a statement at most, and ends no process', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    line.resetAt('pg_catalog.pg_type')
    await database.db.execute(sql`select 1`).catch(() => {})
    line.resetAt('pg_catalog.pg_type')
    await transact(database.db, async () => ({ writes: [], result: undefined })).catch(() => {})
    // Arrays are understood: the types are learned by the connections that come after.
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
