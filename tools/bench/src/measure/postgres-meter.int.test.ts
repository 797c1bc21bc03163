import { createTestDatabase, type TestDatabase } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { countRows, withClient } from '../system/books.ts'
import { rowsReadWhole } from './postgres-meter.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase('bench')
  await withClient(database.url, async client => {
    await client`create table orders (order_id text primary key)`
    await client`create table carts (cart_id text primary key)`
    await client`insert into orders select n::text from generate_series(1, 1000) n`
    await client`insert into carts select n::text from generate_series(1, 1000) n`
  })
})
afterAll(() => database?.drop())

it('counts the rows of a table that somebody reads from end to end, and none that are found by index', async () => {
  await withClient(database.url, client => client`select count(*) from carts`)
  await countRows(database.url, 'orders', 'order_id', ['7', '8'], 'true')
  expect(await rowsReadWhole(database.url, ['orders'])).toBe(0)
  await withClient(database.url, client => client`select count(*) from orders where order_id like '%7'`)
  expect(await rowsReadWhole(database.url, ['orders'])).toBe(1_000)
})
