import { createTestDatabase, type TestDatabase, waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { transact } from './transact.ts'

let created: TestDatabase
let database: Database

beforeAll(async () => {
  created = await createTestDatabase('transact')
  database = openDatabase({ url: created.url, name: 'test', poolSize: 3 })
  await database.client`create table things (id text primary key, fen bigint check (fen > 0))`
})

beforeEach(async () => {
  await database.client`truncate things`
})

afterAll(async () => {
  await database?.close()
  await created?.drop()
})

const add = (id: string, fen = 1) => sql`insert into things (id, fen) values (${id}, ${fen})`
const ids = async () => (await database.client<{ id: string }[]>`select id from things order by id`).map(row => row.id)

describe('a transaction in two round trips', () => {
  it('commits its writes and returns its result', async () => {
    const result = await transact(database.db, async tx => {
      const [row] = await tx.execute<{ n: number }>(sql`select count(*)::int as n from things`)
      return { writes: [add('a'), add('b')], result: row?.n }
    })
    expect(result).toBe(0)
    expect(await ids()).toEqual(['a', 'b'])
  })

  it('rolls back when it throws, and keeps the connection usable', async () => {
    for (let round = 0; round < 5; round++) {
      const undone = transact(database.db, async tx => {
        await tx.execute(add('a'))
        throw new Error('cancelled')
      })
      await expect(undone).rejects.toThrow('cancelled')
    }
    expect(await ids()).toEqual([])
  })

  it('rolls back when one of its writes fails, and throws the error of that write', async () => {
    for (let round = 0; round < 5; round++) {
      const undone = transact(database.db, async () => ({
        writes: [add('a'), add('b', -1), add('c')],
        result: undefined,
      }))
      await expect(undone).rejects.toThrow('things_fen_check')
    }
    expect(await ids()).toEqual([])
  })

  it('holds its locks until it is committed', async () => {
    await database.db.execute(add('a'))
    const order: string[] = []
    const one = transact(database.db, async tx => {
      await tx.execute(sql`select 1 from things where id = 'a' for update`)
      order.push('first locks')
      const waiting = transact(database.db, async other => {
        await other.execute(sql`select 1 from things where id = 'a' for update`)
        order.push('second locks')
        return { writes: [], result: undefined }
      })
      await waitUntil(
        async () => {
          const found = await database.client`select 1 from pg_stat_activity where wait_event_type = 'Lock'`
          return found.length > 0
        },
        { what: 'the second transaction waits' },
      )
      order.push('first ends')
      return { writes: [add('b')], result: { waiting } }
    })
    await (await one).waiting
    expect(order).toEqual(['first locks', 'first ends', 'second locks'])
  })

  describe('whose connection is lost', () => {
    let single: Database
    beforeEach(() => {
      single = openDatabase({ url: created.url, name: 'single', poolSize: 1 })
    })
    afterEach(() => single.close())

    /** The driver also rejects the next statement on the closed connection. */
    const untilItAnswers = () =>
      waitUntil(async () => (await single.client`select 1`).length === 1, { what: 'the pool answers' })

    it('throws and changes nothing, and the pool stays usable', async () => {
      const cut = sql`select pg_terminate_backend(pg_backend_pid())`
      const lost = transact(single.db, async tx => {
        await tx.execute(add('a'))
        await tx.execute(cut)
        return { writes: [add('b')], result: undefined }
      })
      await expect(lost).rejects.toThrow()
      await untilItAnswers()
      const lostAtTheEnd = transact(single.db, async () => ({ writes: [add('a'), cut, add('b')], result: undefined }))
      await expect(lostAtTheEnd).rejects.toThrow()
      await untilItAnswers()
      for (let round = 0; round < 4; round++) {
        await transact(single.db, async () => ({ writes: [add(`after-${round}`)], result: undefined }))
      }
      expect(await ids()).toEqual(['after-0', 'after-1', 'after-2', 'after-3'])
    })

    it('throws when the connection is lost between two statements', async () => {
      const lost = transact(single.db, async tx => {
        const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
        const pid = row?.pid ?? 0
        await database.client`select pg_terminate_backend(${pid})`
        const isGone = async () =>
          (await database.client`select 1 from pg_stat_activity where pid = ${pid}`).length === 0
        await waitUntil(isGone, { what: 'its session is gone' })
        return { writes: [add('a')], result: undefined }
      })
      await expect(lost).rejects.toThrow()
      await untilItAnswers()
      expect(await ids()).toEqual([])
    })
  })

  it('works with a pool that is smaller than the number of transactions', async () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      transact(database.db, async tx => {
        await tx.execute(sql`select pg_sleep(0.001)`)
        return { writes: [add(`t${index}`)], result: undefined }
      }),
    )
    await Promise.all(many)
    expect(await ids()).toHaveLength(20)
  })
})
