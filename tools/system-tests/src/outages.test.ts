import type { PlacedOrder } from '@alipay-checkout/contracts'
import { freePort, startService, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pay, readNotifies, refusalToPay } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { systemEnvironment } from './parts/config.ts'
import { follow } from './parts/follow.ts'
import { call } from './parts/http.ts'
import { readiness, startServer, stopServer, untilAllReady, untilMissed } from './parts/outage.ts'
import { newCustomer, newProduct, place, readOrder, tryToPlace, untilOrderIs } from './parts/shop.ts'
import { system } from './parts/system.ts'

const customer = newCustomer()
let books: Books
let sku: string
/** Given a link to Alipay that nobody follows; due while servers come and go. */
let forgotten: PlacedOrder
let forgottenSku: string

beforeAll(async () => {
  books = openBooks()
  sku = await newProduct(books, { units: 100 })
  forgottenSku = await newProduct(books, { units: 5 })
  forgotten = await place(customer, { [forgottenSku]: 2 }, { base: system.hastyGatewayUrl })
})
afterAll(() => books?.close())

/** A whole purchase. */
async function buy(): Promise<void> {
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
}

async function expectUnavailable(answer: Promise<{ status: number; headers: Headers; text: string }>): Promise<void> {
  const { status, headers, text } = await answer
  expect(status).toBe(503)
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(JSON.parse(text).type).toMatch(/\/service-unavailable$/)
  expect(text).not.toMatch(/127\.0\.0\.1|ECONN|postgres/i)
}

test('promise 2: an order-service killed after its commit and before its answer: the retry gets the same, one order', async () => {
  const sku = await newProduct(books, { units: 5 })
  const own = { ...systemEnvironment(await freePort()), ...system.environment }
  const orders = await startService('order-service', { env: { ...own, GATEWAY_PORT: String(await freePort()) } })
  const gateway = await startService('gateway', {
    env: { ...own, GATEWAY_PORT: String(await freePort()), ORDER_SERVICE_URL: orders.url },
  })
  try {
    const customer = newCustomer()
    const key = uniqueName('key')
    const letGo = await books.holdVerdictsFor(sku)
    const first = tryToPlace(customer, { [sku]: 1 }, { key, base: gateway.url })
    const [committed] = await waitUntil(
      async () => {
        const rows = await books.ordersOf(customer.id)
        return rows.length > 0 && rows
      },
      { what: 'the order is committed' },
    )
    orders.kill('SIGKILL')
    await orders.exited
    expect((await first).status).toBe(503)
    await letGo()

    // Through another replica. While the key still counts as being worked on the answer is 409.
    const retry = await waitUntil(
      async () => {
        const answer = await tryToPlace(customer, { [sku]: 1 }, { key })
        if (answer.status === 409) throw new Error(answer.text)
        return answer
      },
      { what: 'the retry is answered', timeoutMs: 20_000, everyMs: 200 },
    )
    expect([201, 202]).toContain(retry.status)
    expect(retry.body.order.orderId).toBe(committed?.order_id)
    expect((await tryToPlace(customer, { [sku]: 1 }, { key })).text).toBe(retry.text)
    expect(await books.ordersOf(customer.id)).toHaveLength(1)

    const { orderId } = retry.body.order
    await untilOrderIs(customer, orderId, 'PENDING_PAYMENT', 20_000)
    expect(await books.stockOf(sku)).toMatchObject({ available: 4, held: 1 })
    if (retry.status === 201) {
      await pay(retry.body.paymentUrl)
      await untilOrderIs(customer, orderId, 'PAID', 20_000)
      expect((await readOrder(customer, orderId)).body.status).toBe('PAID')
    }
  } finally {
    await gateway.stop()
    await orders.stop()
  }
}, 60_000)

describe('without Redis', () => {
  test('whole purchases go on; it is said; and pushes come again when it is back', async () => {
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const query = new URLSearchParams({ order_id: order.orderId })
    const follower = follow(query, { token: customer.token })
    await follower.untilIs('PENDING_PAYMENT')
    await stopServer('redis', 'SIGKILL')
    try {
      await untilMissed(system.gatewayUrl, 'redis')
      await untilMissed(system.orderServiceUrl, 'redis')
      await untilMissed(system.paymentServiceUrl, 'redis')
      await buy()
      await pay(paymentUrl)
      await untilOrderIs(customer, order.orderId, 'PAID')
      expect(follower.statuses).toEqual(['PENDING'])
    } finally {
      await startServer('redis')
    }
    // The gateway reads again what it may have missed.
    await follower.untilIs('PAID')
    follower.close()
    await untilAllReady()
    await buy()
  }, 60_000)
})

describe('without Postgres', () => {
  test('promise 11: requests fail clearly, Alipay is never told success, and all goes on when it is back', async () => {
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await stopServer('postgres', 'SIGQUIT')
    try {
      await untilMissed(system.orderServiceUrl, 'postgres', 'not ready')
      await untilMissed(system.paymentServiceUrl, 'postgres', 'not ready')
      await untilMissed(system.inventoryServiceUrl, 'postgres', 'not ready')
      await expectUnavailable(tryToPlace(customer, { [sku]: 1 }))
      await expectUnavailable(readOrder(customer, order.orderId))
      await expectUnavailable(call('GET', '/api/products'))
      await pay(paymentUrl)
      const [notify] = await waitUntil(
        async () => {
          const notifies = await readNotifies(order.orderId)
          return (notifies[0]?.attempts.length ?? 0) > 0 && notifies
        },
        { what: 'Alipay has tried to notify' },
      )
      expect(notify).toMatchObject({ delivered: false })
    } finally {
      await startServer('postgres')
    }
    await untilAllReady()
    // Alipay comes again.
    await untilOrderIs(customer, order.orderId, 'PAID', 20_000)
    await buy()
  }, 90_000)
})

describe('without Kafka', () => {
  test('promise 7: orders are kept and answered 202; when it is back they get their stock, and are paid', async () => {
    await stopServer('kafka', 'SIGKILL')
    let orderId: string
    try {
      const answer = await tryToPlace(customer, { [sku]: 1 })
      expect(answer).toMatchObject({ status: 202, body: { order: { orderStatus: 'RESERVING', status: 'PENDING' } } })
      orderId = answer.body.order.orderId
      expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`)
      expect((await readOrder(customer, orderId)).status).toBe(200)
      const { checks } = await untilMissed(system.orderServiceUrl, 'kafka')
      expect(checks).toMatchObject({ postgres: 'ok', redis: 'ok' })
      await untilMissed(system.paymentServiceUrl, 'kafka')
      await untilMissed(system.inventoryServiceUrl, 'kafka')
      expect(await readiness(system.gatewayUrl)).toMatchObject({ httpStatus: 200, degraded: [] })
    } finally {
      await startServer('kafka')
    }
    await untilAllReady()
    await untilOrderIs(customer, orderId, 'PENDING_PAYMENT', 30_000)
    const onwards = await call('GET', `/pay/${orderId}`)
    await pay(onwards.headers.get('location') ?? '')
    await untilOrderIs(customer, orderId, 'PAID')
    await buy()
  }, 120_000)
})

test('promise 10: an order that ran out meanwhile is over once its link is: EXPIRED, the link dead, the stock back', async () => {
  const { orderId } = forgotten.order
  // Alipay's least is a minute: until then the link could have been paid, and the stock was kept for that.
  await untilOrderIs(customer, orderId, 'EXPIRED', 90_000)
  await expect.poll(() => books.stockOf(forgottenSku)).toEqual({ available: 5, held: 0, sold: 0, supplied: 5 })
  expect(await refusalToPay(forgotten.paymentUrl)).toBe('ACQ.INVALID_PARAMETER')
}, 100_000)

test('after all outages the books agree, and nothing waits', async () => {
  const level = await books.stockOf(sku)
  expect(level).toMatchObject({ held: 0, supplied: 100 })
  expect(level.available + level.sold).toBe(100)
  const orders = (await books.ordersOf(customer.id)).filter(({ order_id }) => order_id !== forgotten.order.orderId)
  expect(orders.every(({ status }) => status === 'PAID')).toBe(true)
  expect(level.sold).toBe(orders.length)
})
