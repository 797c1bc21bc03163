import { createLogger } from '@alipay-checkout/service-kit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { createRecipientDeleter } from './delete-recipients-job.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
})
afterAll(() => shop?.close())
beforeEach(() => shop.database.client`delete from order_recipients`)

const deleterWith = (recipientDays: number) =>
  createRecipientDeleter({
    db: shop.database.db,
    retention: { recipientDays, completeAfterDays: 0 },
    logger: createLogger('order-service', 'silent'),
  })

const orderId = (number: number) => `ord_${String(number).padStart(32, '0')}`

/** Orders that ended so many days ago, each with a recipient that is due. */
async function endedOrders(count: number, endedDays: number, status = 'EXPIRED'): Promise<void> {
  const { client } = shop.database
  await client`delete from orders`
  await client`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select 'ord_' || lpad(n::text, 32, '0'), 'mei', ${status}, 100, '[]', now(), now(),
           now() - ${endedDays}::float8 * interval '1 day'
    from generate_series(1, ${count}::int) n`
  await client`
    insert into order_recipients (order_id, note, check_at) select order_id, 'hello', now() - interval '1 hour' from orders`
}

const left = async () =>
  (
    await shop.database.client<{ order_id: string; in_days: number }[]>`
      select order_id, extract(epoch from check_at - now())::float8 / 86400 as in_days
      from order_recipients order by order_id`
  ).map(row => [row.order_id, Math.round(row.in_days)])

it('deletes recipients whose retention is over, by the database’s clock, and postpones the others', async () => {
  await endedOrders(2, 91)
  await shop.database.client`update orders set updated_at = now() - interval '89 days' where order_id = ${orderId(2)}`
  await deleterWith(90).runNow()
  expect(await left()).toEqual([[orderId(2), 1]])
  // It is not due before tomorrow.
  await shop.database.client`update orders set updated_at = now() - interval '91 days'`
  await deleterWith(90).runNow()
  expect(await left()).toHaveLength(1)
})

it('looks at an order that may be shipped again in a day, whatever the retention', async () => {
  await endedOrders(1, 1_000, 'PENDING_PAYMENT')
  await deleterWith(0).runNow()
  expect(await left()).toEqual([[orderId(1), 1]])
})

it('deletes a recipient without an order', async () => {
  await endedOrders(1, 0)
  await shop.database.client`delete from orders`
  await deleterWith(90).runNow()
  expect(await left()).toEqual([])
})

it('works off more than a batch, shared by replicas, each row once', async () => {
  await endedOrders(1_201, 0.5)
  await Promise.all([deleterWith(0.25).runNow(), deleterWith(0.25).runNow()])
  expect(await left()).toEqual([])
})

it('leaves rows that another transaction has locked, and deletes them in the next run', async () => {
  await endedOrders(3, 1)
  const deleter = deleterWith(0)
  await shop.database.client.begin(async other => {
    await other`select from order_recipients where order_id = ${orderId(2)} for update`
    await deleter.runNow()
    expect(await left()).toMatchObject([[orderId(2), expect.anything()]])
  })
  await deleter.runNow()
  expect(await left()).toEqual([])
})

it('changes nothing when it fails in between, and goes on in the next run', async () => {
  await endedOrders(2, 1)
  const { client } = shop.database
  await client`alter table order_recipients add constraint fails check (check_at <= '2000-01-01') not valid`
  await client`update orders set status = 'PENDING_PAYMENT' where order_id = ${orderId(1)}`
  try {
    await deleterWith(0).runNow()
    expect(await left()).toHaveLength(2)
  } finally {
    await client`alter table order_recipients drop constraint fails`
  }
  await deleterWith(0).runNow()
  expect(await left()).toEqual([[orderId(1), 1]])
})

it('finds due recipients by the index', async () => {
  await endedOrders(1_201, 0)
  const { client } = shop.database
  await client`update order_recipients set check_at = now() + interval '1 day'`
  await client`analyze order_recipients`
  const plan = await client`
    explain select order_id from order_recipients where check_at <= now()
    order by check_at limit 500 for update skip locked`
  expect(JSON.stringify(plan)).toContain('order_recipients_to_check')
})
