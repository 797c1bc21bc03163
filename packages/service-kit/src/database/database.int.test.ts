import { createTestDatabase, type TestDatabase } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, jsonRows, openDatabase, textArray } from './database.ts'
import { storableText } from './storable.ts'

let created: TestDatabase
let database: Database

beforeAll(async () => {
  created = await createTestDatabase('kit')
  database = openDatabase({ url: created.url, name: 'test', poolSize: 1 })
  await database.client`create table things (id text primary key, fen bigint)`
})

afterAll(async () => {
  await database?.close()
  await created?.drop()
})

describe('the database', () => {
  it('takes any number of rows as one parameter, and reads bigint as a number', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ id: `t${index}`, fen: 9_000_000_000 + index }))
    await database.db.execute(sql`
      insert into things select id, fen from jsonb_to_recordset(${jsonRows(rows)}) as r(id text, fen bigint)`)
    const found = await database.db.execute(
      sql`select fen from things where id = any(${textArray(['t1', "it's", 't2'])}) order by id`,
    )
    expect(found.map(row => row.fen)).toEqual([9_000_000_001, 9_000_000_002])
  })

  it('prepares a statement once, inside a transaction and outside', async () => {
    const look = (id: string) => sql`select id from things where id = ${id} /* looked at */`
    for (const id of ['t1', 't2', 't3']) await database.db.execute(look(id))
    await database.db.transaction(async tx => {
      for (const id of ['t4', 't5']) await tx.execute(look(id))
    })
    const prepared = await database.client`
      select generic_plans + custom_plans as runs from pg_prepared_statements where statement like 'select id from things%'`
    expect(prepared.map(row => Number(row.runs))).toEqual([5])
  })

  it('stores any text from outside, in every kind of parameter', async () => {
    const odd = ['a\0b', 'half \ud83c', '\udf75 other half', 'plain \\u0000 \\ud83c']
    const stored = odd.map(storableText)
    const [row] = await database.db.execute(sql`
      select ${odd[0]}::text as one, ${textArray(odd)} as several,
        (select array_agg(value->>'text') from jsonb_array_elements(${jsonRows(odd.map(text => ({ text })))})) as rows`)
    expect(row).toEqual({ one: stored[0], several: stored, rows: stored })
    await database.db.transaction(async tx => {
      const [inside] = await tx.execute(sql`select ${odd[0]}::text as one`)
      expect(inside).toEqual({ one: stored[0] })
    })
  })

  it('rolls back when a transaction throws', async () => {
    const undone = database.db.transaction(async tx => {
      await tx.execute(sql`delete from things`)
      throw new Error('stop')
    })
    await expect(undone).rejects.toThrow('stop')
    const [row] = await database.client`select count(*)::int as n from things`
    expect(row?.n).toBe(500)
  })
})
