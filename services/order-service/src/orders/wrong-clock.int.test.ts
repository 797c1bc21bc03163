import type { Order } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { deleteExpiredKeys } from '../idempotency/key-store.ts'
import { openTestShop, serviceToken, type TestShop, ttlMs } from '../test-shop.ts'

const minuteMs = 60_000
let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({
    type: 'ProductChanged',
    data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 },
  })
})

afterEach(() => vi.useRealTimers())

afterAll(() => shop?.close())

/** Moves the clock of this process. Timers and the database are not affected. */
const setClockOff = (minutes: number) => vi.setSystemTime(Date.now() + minutes * minuteMs)

async function place(key: string): Promise<Order> {
  const answer = await shop.app.inject({
    method: 'POST',
    url: '/orders',
    headers: { 'x-service-token': serviceToken },
    payload: {
      customerId: 'customer-7',
      items: [{ sku: 'tea-01', quantity: 1 }],
      waitMs: 0,
      idempotency: { key, requestHash: 'hash' },
    },
  })
  expect(answer.statusCode).toBe(202)
  return answer.json().order
}

const closeDue = () => shop.createCloser().runNow()

async function statusOf(orderId: string): Promise<unknown> {
  const [row] = await shop.database.db.execute(sql`select status from orders where order_id = ${orderId}`)
  return row?.status
}

for (const minutes of [31, -31]) {
  it(`places orders that expire by the database's clock when the replica's clock is ${minutes} minutes off`, async () => {
    const realMs = Date.now()
    setClockOff(minutes)
    const order = await place(`placed-${minutes}`)
    const lateMs = new Date(order.expiresAt).getTime() - (realMs + ttlMs)
    expect(Math.abs(lateMs)).toBeLessThan(30_000)
    const [event] = await shop.database.db.execute<{ expires_at: string; time: string }>(sql`
      select value::jsonb ->> 'expiresAt' as expires_at, headers ->> 'ce_time' as time
      from outbox where key = ${order.orderId}`)
    expect(event?.expires_at).toBe(order.expiresAt)
    expect(Math.abs(new Date(event?.time as string).getTime() - realMs)).toBeLessThan(30_000)
    const [row] = await shop.database.db.execute<{ same: boolean }>(sql`
      select expires_at = ${order.expiresAt}::timestamptz as same from orders where order_id = ${order.orderId}`)
    expect(row?.same).toBe(true)
  })
}

it('expires no order and deletes no key when the clock is 31 minutes ahead', async () => {
  const order = await place('not-due')
  setClockOff(31)
  await closeDue()
  expect(await statusOf(order.orderId)).toBe('RESERVING')
  setClockOff(25 * 60)
  expect(await deleteExpiredKeys(shop.database.db)).toBe(0)
})

it('expires due orders and deletes old keys when the clock is 31 minutes behind', async () => {
  const order = await place('due')
  await shop.database.db.execute(sql`
    update orders set expires_at = now() - interval '1 second' where order_id = ${order.orderId}`)
  setClockOff(-31)
  await closeDue()
  expect(await statusOf(order.orderId)).toBe('CLOSING')
  await shop.database.db.execute(sql`update idempotency_keys set created_at = now() - interval '25 hours'`)
  expect(await deleteExpiredKeys(shop.database.db)).toBeGreaterThan(0)
})
