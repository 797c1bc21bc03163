import { freePort, startService, uniqueName, waitUntil } from '@alipay-checkout/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pay } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { systemEnvironment } from './parts/config.ts'
import { newCustomer, newProduct, readOrder, tryToPlace, untilOrderIs } from './parts/shop.ts'
import { system } from './parts/system.ts'

let books: Books

beforeAll(() => {
  books = openBooks()
})
afterAll(() => books?.close())

test('an order-service killed after its commit and before its answer: the retry gets the same, one order', async () => {
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
