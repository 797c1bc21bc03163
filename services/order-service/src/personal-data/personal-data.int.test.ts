import type { ErasableOrders, ErasedCustomer, ExportedOrderPage } from '@alipay-checkout/contracts'
import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '../orders/order-state.ts'
import { details, orderIn, payment, states } from '../test-orders.ts'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { whyKept } from './erase-orders.ts'

let shop: TestShop
const pseudonym = `erased_${'a'.repeat(32)}`

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({
    type: 'ProductChanged',
    data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 },
  })
})
afterAll(() => shop?.close())

interface Seed {
  customerId: string
  /** Ends the order by a cancel. */
  ended?: boolean
  shipTo?: object
}

/** Places an order with an idempotency key, a recipient and a row of the log. */
async function placeOrder({ customerId, ended = false, shipTo = { name: '梅' } }: Seed): Promise<string> {
  const idempotency = { key: uniqueName('key'), requestHash: 'h' }
  const items = [{ sku: 'tea-01', quantity: 1 }]
  const placed = await shop.send('POST', '/orders', { customerId, items, waitMs: 0, idempotency })
  const { orderId } = placed.body.order
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  if (ended) {
    await shop.send('POST', `/orders/${orderId}/cancel`, { customerId })
    await shop.consume({ type: 'PaymentClosed', data: { orderId, reason: 'cancelled' } } as never)
  }
  const { client } = shop.database
  await client`
    insert into order_recipients (order_id, ship_to, note, check_at)
    values (${orderId}, ${JSON.stringify(shipTo)}::jsonb, ${`note of ${orderId}`}, now() + interval '1 day')`
  await client`update orders set metadata = ${JSON.stringify({ channel: customerId })}::jsonb where order_id = ${orderId}`
  return orderId
}

const erase = async (customerId: string, orderIds: string[]) =>
  (await shop.send('POST', '/personal-data/erase', { customerId, pseudonym, by: 'ann', orderIds }))
    .body as unknown as ErasedCustomer
const erasable = async (customerId: string, cursor = '') =>
  (await shop.send('GET', `/customers/${encodeURIComponent(customerId)}/erasable${cursor}`))
    .body as unknown as ErasableOrders
const exported = async (customerId: string, cursor = '') =>
  (await shop.send('GET', `/customers/${encodeURIComponent(customerId)}/export${cursor}`))
    .body as unknown as ExportedOrderPage

/** The tables of order-service that contain a text in any column, also in JSON: backslashes are left out. */
async function tablesWith(text: string): Promise<string[]> {
  const { client } = shop.database
  const tables = await client<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await client`
      select from ${client(name)} t where strpos(replace(to_jsonb(t)::text, ${'\\'}, ''), ${text}) > 0 limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

describe('an erasure', () => {
  it('leaves the customer’s id and recipient in no table but the outbox, which Kafka empties', async () => {
    const customerId = uniqueName('mei "七"')
    const orderId = await placeOrder({ customerId, ended: true, shipTo: { name: `name of ${customerId}` } })
    const before = await shop.send('GET', `/orders/${orderId}/timeline`)
    expect(await erasable(customerId)).toEqual({ orderIds: [orderId], keptOrders: [], nextCursor: null })
    expect(await tablesWith(customerId)).toEqual(['idempotency_keys', 'order_recipients', 'orders', 'outbox'])
    expect(await erase(customerId, [orderId])).toEqual({ erasedOrders: 1, keptOrders: [] })

    await shop.database.client`delete from outbox`
    expect(await tablesWith(customerId)).toEqual([])
    expect(await tablesWith(`note of ${orderId}`)).toEqual([])
    const [row] = await shop.database.client`select customer_id, metadata from orders where order_id = ${orderId}`
    expect(row).toEqual({ customer_id: pseudonym, metadata: null })
    const after = await shop.send('GET', `/orders/${orderId}/timeline`)
    const [old, now] = [before, after].map(({ body }) => JSON.stringify(body))
    const escaped = JSON.stringify(customerId).slice(1, -1)
    expect(now?.startsWith((old?.replaceAll(escaped, pseudonym) ?? '').slice(0, -2))).toBe(true)
    const log = await shop.database.client`select what, cause from order_log where order_id = ${orderId}`
    expect([...log]).toEqual([{ what: 'personal data erased', cause: 'requested by ann' }])
  })

  it('removes customer and metadata from events that could not be published', async () => {
    const customerId = uniqueName('mei')
    const orderId = await placeOrder({ customerId, ended: true })
    const { client } = shop.database
    const value = JSON.stringify({ orderId, customerId, metadata: { channel: customerId } })
    await client`
      insert into outbox_rejected (id, topic, key, headers, value, created_at, reason)
      values (1, 'order.events', ${orderId}, '{}', ${value}, now(), 'too large')`
    await erase(customerId, [orderId])
    const [row] = await client<{ value: string }[]>`delete from outbox_rejected returning value`
    expect(JSON.parse(row?.value ?? '')).toEqual({ orderId, customerId: pseudonym })
  })

  it('can be repeated, and then changes nothing', async () => {
    const customerId = uniqueName('mei')
    const orderId = await placeOrder({ customerId, ended: true })
    await erase(customerId, [orderId])
    expect(await erase(customerId, [orderId])).toEqual({ erasedOrders: 0, keptOrders: [] })
    expect(await erasable(customerId)).toEqual({ orderIds: [], keptOrders: [], nextCursor: null })
    expect(await shop.database.client`select from order_log where order_id = ${orderId}`).toHaveLength(1)
  })

  it('keeps orders that are not finished, with their recipients and keys, and says why', async () => {
    const customerId = uniqueName('mei')
    const [open, ended] = [await placeOrder({ customerId }), await placeOrder({ customerId, ended: true })]
    const keptOrders = [{ orderId: open, why: expect.stringContaining('can still be paid') }]
    expect(await erasable(customerId)).toEqual({ orderIds: [ended], keptOrders, nextCursor: null })
    // An order may have changed since it was listed.
    expect(await erase(customerId, [open, ended])).toEqual({ erasedOrders: 1, keptOrders })
    const { client } = shop.database
    expect(await client`select from order_recipients where order_id = ${open}`).toHaveLength(1)
    const keys = await client`select order_id from idempotency_keys where customer_id = ${customerId}`
    expect([...keys]).toEqual([{ order_id: open }])
  })

  it('leaves orders of other customers alone', async () => {
    const orderId = await placeOrder({ customerId: uniqueName('li'), ended: true })
    expect(await erase(uniqueName('mei'), [orderId])).toEqual({ erasedOrders: 0, keptOrders: [] })
    expect(await shop.database.client`select from order_recipients where order_id = ${orderId}`).toHaveLength(1)
  })

  it('deletes keys of requests that placed no order', async () => {
    const customerId = uniqueName('mei')
    await shop.database.client`
      insert into idempotency_keys (customer_id, key, request_hash, locked_until, created_at, response_status)
      values (${customerId}, 'k', 'h', now(), now(), 409)`
    await erase(customerId, [])
    expect(await tablesWith(customerId)).toEqual([])
  })

  it('changes nothing when it fails in between', async () => {
    const customerId = uniqueName('mei')
    const orderId = await placeOrder({ customerId, ended: true })
    const { client } = shop.database
    await client`alter table order_log add constraint fails check (what <> 'personal data erased') not valid`
    try {
      const request = { customerId, pseudonym, by: 'ann', orderIds: [orderId] }
      expect((await shop.send('POST', '/personal-data/erase', request)).status).toBe(500)
    } finally {
      await client`alter table order_log drop constraint fails`
    }
    expect(await client`select from order_recipients where order_id = ${orderId}`).toHaveLength(1)
    expect(await erase(customerId, [orderId])).toEqual({ erasedOrders: 1, keptOrders: [] })
  })

  it('goes through many orders in pages', async () => {
    const customerId = uniqueName('mei')
    await shop.database.client`
      insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
      select 'ord_' || lpad(n::text, 32, '0'), ${customerId}, case when n % 2 = 0 then 'EXPIRED' else 'CANCELLED' end,
             100, '[]', now(), now(), now() from generate_series(1, 250) n`
    const first = await erasable(customerId)
    expect([first.orderIds.length, first.nextCursor]).toEqual([100, first.orderIds.at(-1)])
    expect((await erase(customerId, first.orderIds)).erasedOrders).toBe(100)
    const second = await erasable(customerId, `?cursor=${first.nextCursor}`)
    const third = await erasable(customerId, `?cursor=${second.nextCursor}`)
    expect([second.orderIds.length, third.orderIds.length, third.nextCursor]).toEqual([100, 50, null])
  })
})

const orderWith = (status: Order['status']) => ({
  ...details,
  ...Object.values(states).find(state => state.status === status),
  refunds: [],
})

it.each([
  ['RESERVING', 'UNFULFILLED', 'can still be paid'],
  ['PENDING_PAYMENT', 'UNFULFILLED', 'can still be paid'],
  ['CLOSING', 'UNFULFILLED', 'can still be paid'],
  ['REINSTATING', 'UNFULFILLED', 'payment came late'],
  ['PAID', 'UNFULFILLED', 'not shipped completely'],
  ['PAID', 'PARTIALLY_SHIPPED', 'not shipped completely'],
  ['PAID', 'SHIPPED', undefined],
  ['PAID', 'DELIVERED', undefined],
  ['PAID', 'COMPLETED', undefined],
  ['REFUNDED', 'UNFULFILLED', undefined],
  ['REFUNDED', 'SHIPPED', undefined],
  ['EXPIRED', 'UNFULFILLED', undefined],
  ['CANCELLED', 'UNFULFILLED', undefined],
  ['REJECTED', 'UNFULFILLED', undefined],
] as const)('an order that is %s and %s: %s', (status, fulfilmentStatus, why) => {
  const lines = [{ sku: 'tea-01', quantity: fulfilmentStatus === 'PARTIALLY_SHIPPED' ? 1 : 2 }]
  const shipments = fulfilmentStatus === 'UNFULFILLED' ? [] : [{ lines }]
  const kept = whyKept({
    ...orderWith(status),
    fulfilment: { status: fulfilmentStatus, shipments },
  } as unknown as Order)
  if (why === undefined) expect(kept).toBeUndefined()
  else expect(kept).toContain(why)
})

it('does not keep an order whose units are all refunded, though its shipping fee is not', () => {
  const refund = { ...payment, refundId: 'ref_1', reason: 'requested', progress: 'done', at: '' } as const
  const refunded = (quantity: number) => [{ ...refund, lines: [{ sku: 'tea-01', quantity }] }]
  expect(whyKept({ ...orderIn('PAID'), refunds: refunded(1) })).toContain('not shipped completely')
  expect(whyKept({ ...orderIn('PAID'), refunds: refunded(2) })).toBeUndefined()
})

describe('an export', () => {
  it('has orders with recipients and timelines, oldest first, and nothing of others', async () => {
    const customerId = uniqueName('梅/mei')
    await placeOrder({ customerId: uniqueName('li') })
    const [one, two] = [await placeOrder({ customerId, ended: true }), await placeOrder({ customerId })]
    const page = await exported(customerId)
    expect(page).toMatchObject({
      items: [
        { orderId: one, orderStatus: 'CANCELLED', metadata: { channel: customerId }, shipTo: { name: '梅' } },
        { orderId: two, orderStatus: 'PENDING_PAYMENT', note: `note of ${two}` },
      ],
      nextCursor: null,
    })
    expect(page.items[0]?.timeline.map(({ cause }) => cause)).toContain(`request of ${customerId}`)
  })

  it('logs who has read which recipients by it', async () => {
    const customerId = uniqueName('mei')
    const [one, two] = [await placeOrder({ customerId }), await placeOrder({ customerId })]
    const { client } = shop.database
    await client`delete from order_recipients where order_id = ${two}`
    const path = `/customers/${encodeURIComponent(customerId)}/export`
    await shop.send('GET', path, undefined, { 'x-actor': 'ann', 'x-actor-role': 'owner' })
    const audited = await client`
      select actor, role, action, object from audit_log where order_id = any(${[one, two]})`
    expect([...audited]).toEqual([{ actor: 'ann', role: 'owner', action: 'recipient.read', object: one }])
    const logged = await client`select order_id, cause from order_log where order_id = any(${[one, two]})`
    expect([...logged]).toEqual([{ order_id: one, cause: 'request of ann' }])
  })

  it('comes in pages of twenty', async () => {
    const customerId = uniqueName('mei')
    await shop.database.client`
      insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
      select 'ord_' || lpad((1000 + n)::text, 32, '0'), ${customerId}, 'EXPIRED', 100, '[]', now(), now(), now()
      from generate_series(1, 41) n`
    const sizes: number[] = []
    let cursor: string | null = null
    do {
      const page: ExportedOrderPage = await exported(customerId, cursor === null ? '' : `?cursor=${cursor}`)
      sizes.push(page.items.length)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(sizes).toEqual([20, 20, 1])
  })

  it('is empty for an unknown customer, also one with a long id', async () => {
    expect(await exported('梅'.repeat(128))).toEqual({ items: [], nextCursor: null })
  })
})
