import { describePromise } from '@alipay-checkout/audit'
import type { PlacedOrder } from '@alipay-checkout/contracts'
import { freePort, startService, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay, readNotifies, refusalToPay } from './support/alipay.ts'
import { testedEnvironment } from './support/config.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { follow } from './support/follow-order.ts'
import { call } from './support/http.ts'
import { readiness, startServer, stopServer, untilAllReady, untilReportedMissing } from './support/outages.ts'
import { newCustomer, newProduct, place, readOrder, tryToPlace, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
let databases: TestedDatabases
let sku: string
/** Has a payment link that is never opened, and becomes due during the outages. */
let forgotten: PlacedOrder
let forgottenSku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 100 })
  forgottenSku = await newProduct(databases, { units: 5 })
  forgotten = await place(customer, { [forgottenSku]: 2 }, { base: system.shortTtlGatewayUrl })
})
afterAll(() => databases?.close())

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

it(`${describePromise(2)}: a retry gets the same order after order-service was killed between commit and response`, async () => {
  const sku = await newProduct(databases, { units: 5 })
  const own = { ...testedEnvironment(await freePort()), ...system.environment }
  const orders = await startService('order-service', { env: { ...own, GATEWAY_PORT: String(await freePort()) } })
  const gateway = await startService('gateway', {
    env: { ...own, GATEWAY_PORT: String(await freePort()), ORDER_SERVICE_URL: orders.url },
  })
  try {
    const customer = newCustomer()
    const key = uniqueName('key')
    const release = await databases.delayStockResultsFor(sku)
    const first = tryToPlace(customer, { [sku]: 1 }, { key, base: gateway.url })
    const [committed] = await waitUntil(
      async () => {
        const rows = await databases.ordersOf(customer.id)
        return rows.length > 0 && rows
      },
      { what: 'the order is committed' },
    )
    orders.kill('SIGKILL')
    await orders.exited
    expect((await first).status).toBe(503)
    await release()

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
    expect(await databases.ordersOf(customer.id)).toHaveLength(1)

    const { orderId } = retry.body.order
    await untilOrderIs(customer, orderId, 'PENDING_PAYMENT', 20_000)
    expect(await databases.stockOf(sku)).toMatchObject({ available: 4, reserved: 1 })
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
  it('purchases go on, services report it, and pushes resume when it is back', async () => {
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const query = new URLSearchParams({ order_id: order.orderId })
    const follower = follow(query, { token: customer.token })
    await follower.untilIs('PENDING_PAYMENT')
    await stopServer('redis', 'SIGKILL')
    try {
      await untilReportedMissing(system.gatewayUrl, 'redis')
      await untilReportedMissing(system.orderServiceUrl, 'redis')
      await untilReportedMissing(system.paymentServiceUrl, 'redis')
      await buy()
      await pay(paymentUrl)
      await untilOrderIs(customer, order.orderId, 'PAID')
      expect(follower.statuses).toEqual(['PENDING'])
    } finally {
      await startServer('redis')
    }
    // The gateway reads the order again, because it may have missed hints.
    await follower.untilIs('PAID')
    follower.close()
    await untilAllReady()
    await buy()
  }, 60_000)
})

describe('without PostgreSQL', () => {
  it(`${describePromise(11)}: requests get a problem, no notify is answered success, and purchases resume when it is back`, async () => {
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await stopServer('postgres', 'SIGQUIT')
    try {
      await untilReportedMissing(system.orderServiceUrl, 'postgres', 'not ready')
      await untilReportedMissing(system.paymentServiceUrl, 'postgres', 'not ready')
      await untilReportedMissing(system.inventoryServiceUrl, 'postgres', 'not ready')
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
    // Alipay redelivers the notify.
    await untilOrderIs(customer, order.orderId, 'PAID', 20_000)
    await buy()
  }, 90_000)
})

describe('without Kafka', () => {
  it(`${describePromise(7)}: orders are stored and answered 202, and get their stock when it is back`, async () => {
    await stopServer('kafka', 'SIGKILL')
    let orderId: string
    try {
      const answer = await tryToPlace(customer, { [sku]: 1 })
      expect(answer).toMatchObject({ status: 202, body: { order: { orderStatus: 'RESERVING', status: 'PENDING' } } })
      orderId = answer.body.order.orderId
      expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`)
      expect((await readOrder(customer, orderId)).status).toBe(200)
      const { checks } = await untilReportedMissing(system.orderServiceUrl, 'kafka')
      expect(checks).toMatchObject({ postgres: 'ok', redis: 'ok' })
      await untilReportedMissing(system.paymentServiceUrl, 'kafka')
      await untilReportedMissing(system.inventoryServiceUrl, 'kafka')
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

it(`${describePromise(10)}: an order that became due during the outages is EXPIRED once its link has expired`, async () => {
  const { orderId } = forgotten.order
  // Alipay's shortest expiry is a minute: until then the link could be paid, and the stock stays reserved.
  await untilOrderIs(customer, orderId, 'EXPIRED', 90_000)
  await expect.poll(() => databases.stockOf(forgottenSku)).toEqual({ available: 5, reserved: 0, sold: 0, supplied: 5 })
  expect(await refusalToPay(forgotten.paymentUrl)).toBe('ACQ.INVALID_PARAMETER')
}, 100_000)

it('the ledgers agree after all outages, and nothing waits in an outbox', async () => {
  const level = await databases.stockOf(sku)
  expect(level).toMatchObject({ reserved: 0, supplied: 100 })
  expect(level.available + level.sold).toBe(100)
  const orders = (await databases.ordersOf(customer.id)).filter(({ order_id }) => order_id !== forgotten.order.orderId)
  expect(orders.every(({ status }) => status === 'PAID')).toBe(true)
  expect(level.sold).toBe(orders.length)
})
