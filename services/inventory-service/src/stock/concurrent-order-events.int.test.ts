import { waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newOrderId, orderEvent } from '../test-events.ts'
import { openTestStock, type TestStock } from '../test-stock.ts'
import type { StockInput } from './stock-state.ts'

let stock: TestStock

beforeAll(async () => {
  stock = await openTestStock()
})
afterAll(() => stock.database.drop())
beforeEach(() => stock.reset())

const supply: TestStock['supply'] = supplies => stock.supply(supplies)
const handle: TestStock['handle'] = events => stock.handle(events)
const levels = () => stock.levels()
const results = () => stock.results()

/** Concurrent consumers, each of which handles the events of its orders in sequence. */
async function handleConcurrently(orders: readonly StockInput[][], workers: number, batchSize: number): Promise<void> {
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const events = orders.filter((_, index) => index % workers === worker).flat()
      for (let start = 0; start < events.length; start += batchSize)
        await handle(events.slice(start, start + batchSize))
    }),
  )
}

it('sells exactly 100 units to 2,000 concurrent orders', async () => {
  await supply({ 'tea-01': 100 })
  const orders = Array.from({ length: 2_000 }, () => [orderEvent('OrderCreated', newOrderId())])
  await handleConcurrently(orders, 8, 50)
  expect(await levels()).toEqual({ 'tea-01': { available: 0, reserved: 100, sold: 0, supplied: 100 } })
  const published = await results()
  const reserved = published.filter(result => result.type === 'StockReserved')
  expect([reserved.length, published.length]).toEqual([100, 2_000])
  await handleConcurrently(
    reserved.map(({ key }) => [orderEvent('OrderPaid', key)]),
    8,
    7,
  )
  expect(await levels()).toEqual({ 'tea-01': { available: 0, reserved: 0, sold: 100, supplied: 100 } })
})

it('does not deadlock when batches name the same SKUs in opposite orders', async () => {
  const skus = Array.from({ length: 20 }, (_, index) => `sku-${index}`)
  await supply(Object.fromEntries(skus.map(sku => [sku, 100])))
  const orders = Array.from({ length: 400 }, (_, index) => {
    const [orderId, lines] = [newOrderId(), skus.map(sku => ({ sku, quantity: 1 + (index % 3) }))]
    const ends = ['OrderPaid', 'OrderExpired', 'OrderCancelled'] as const
    const created = orderEvent('OrderCreated', orderId, index % 2 ? lines : lines.toReversed())
    return { created, end: ends[index % 3] as (typeof ends)[number] }
  })
  await handleConcurrently(
    orders.map(({ created }) => [created]),
    8,
    10,
  )
  const reservedIds = new Set((await results()).flatMap(({ type, key }) => (type === 'StockReserved' ? [key] : [])))
  const ending = orders.filter(({ created }) => reservedIds.has(created.data.orderId))
  expect(ending.length).toBeGreaterThan(0)
  await handleConcurrently(
    ending.map(({ created, end }) => [orderEvent(end, created.data.orderId)]),
    8,
    10,
  )
  const soldUnits = ending
    .filter(({ end }) => end === 'OrderPaid')
    .reduce((sum, { created }) => sum + (created.data.lines[0]?.quantity ?? 0), 0)
  for (const level of Object.values(await levels())) {
    expect(level).toEqual({ available: 100 - soldUnits, reserved: 0, sold: soldUnits, supplied: 100 })
  }
})

it('reads a reservation that another transaction commits while it waits for the level', async () => {
  await supply({ 'tea-01': 10 })
  const orderId = newOrderId()
  const lines = [{ sku: 'tea-01', quantity: 3 }]
  const reserved = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const reserving = stock.database.db.transaction(async tx => {
    await tx.execute(sql`update stock_levels set available = 7, reserved = 3 where sku = 'tea-01'`)
    await tx.execute(
      sql`insert into reservations (order_id, sku, quantity, status) values (${orderId}, 'tea-01', 3, 'RESERVED')`,
    )
    reserved.resolve()
    await mayCommit.promise
  })
  await reserved.promise
  const handling = handle([orderEvent('OrderReinstating', orderId, lines)])
  await waitUntil(
    async () => {
      const [row] = await stock.database.client`
        select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return row?.waiting > 0
    },
    { what: 'the batch waits for the stock level' },
  )
  mayCommit.resolve()
  await Promise.all([reserving, handling])
  expect(await levels()).toEqual({ 'tea-01': { available: 7, reserved: 3, sold: 0, supplied: 10 } })
})
