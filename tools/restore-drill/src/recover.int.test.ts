import { rmSync } from 'node:fs'
import type { PlacedOrder } from '@alipay-checkout/contracts'
import {
  jwt,
  newRunFolder,
  send,
  shopClient,
  simulatorClient,
  waitUntil,
  withDatabase,
} from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import { commandsFor } from './commands.ts'
import { type DrillSystem, openSystem } from './system.ts'

const sku = 'tea-01'
/** Longer than the test: an order that is due differs, because it is still open. */
const ttlS = 3_600

type Table = 'orders' | 'payments' | 'attempts' | 'reservations'

const statusOf = (url: string, table: Table, orderId: string) =>
  withDatabase(url, async sql => {
    const [row] = await sql<{ status: string }[]>`select status from ${sql(table)} where order_id = ${orderId}`
    return row?.status
  })
const untilStatus = (url: string, table: Table, orderId: string, wanted: string) =>
  waitUntil(async () => (await statusOf(url, table, orderId)) === wanted, {
    what: `${orderId} is ${wanted} in ${table}`,
    timeoutMs: 60_000,
  })

/** A shop with one product, and a shopper who has placed an order and has not gone to Alipay yet. */
async function placeOne({ gatewayUrl, jwtSecret }: DrillSystem) {
  const shop = shopClient((method, path, options) => send(method, `${gatewayUrl}${path}`, options))
  const [admin, token] = [jwt('admin', { role: 'admin', secret: jwtSecret }), jwt('mei', { secret: jwtSecret })]
  await shop.putProduct(admin, sku, { title: '西湖龙井', priceFen: 12_900 })
  await shop.adjustStock(admin, sku, { delta: 1, reason: 'first delivery' })
  await shop.untilOrderable(token, [sku])
  return {
    shop,
    token,
    async place(): Promise<string> {
      const options = { headers: { prefer: 'respond-async' } }
      const { body, status, text } = await shop.placeOrder(token, [{ sku, quantity: 1 }], options)
      expect(status, text).toBe(202)
      return (body as PlacedOrder).order.orderId
    },
  }
}

it('finds a payment that all services have lost, without the bill', { timeout: 420_000 }, async () => {
  const dir = newRunFolder('recover-test')
  const system = await openSystem(dir, { ttlS, log: () => {} })
  onTestFinished(async () => {
    await system.stop()
    rmSync(dir, { recursive: true, force: true })
  }, 120_000)
  const { clusters, databases } = system
  const all = Object.values(clusters)
  await system.startServices()
  await system.startGateway()
  const { shop, token, place } = await placeOne(system)
  for (const cluster of all) await cluster.backUp()
  const orderId = await place()
  await untilStatus(databases.orders, 'orders', orderId, 'PENDING_PAYMENT')
  await untilStatus(databases.payments, 'payments', orderId, 'EXPECTED')
  const moments = await Promise.all(all.map(async cluster => [cluster, await cluster.readMoment()] as const))

  const { body } = await shop.openPayment(token, orderId)
  await simulatorClient(system.simulatorUrl).pay(body.paymentUrl)
  await untilStatus(databases.orders, 'orders', orderId, 'PAID')
  await untilStatus(databases.inventory, 'reservations', orderId, 'COMMITTED')
  await Promise.all(all.map(cluster => cluster.archiveNow()))
  await system.loseServicesAndBrokers()
  await Promise.all(all.map(cluster => cluster.lose()))
  await Promise.all(moments.map(([cluster, { at }]) => cluster.restore(at)))
  expect(await statusOf(databases.orders, 'orders', orderId)).toBe('PENDING_PAYMENT')
  expect(await statusOf(databases.payments, 'attempts', orderId)).toBe('CREATED')

  const commands = commandsFor(system, () => {})
  await system.startEmptyBrokers()
  await commands.keepDeadLetters()
  await system.startServices()
  const alipay = simulatorClient(system.simulatorUrl)
  await alipay.setFaults({ gateway: 'html', methods: ['alipay.trade.query'] })
  expect(await commands.recover()).toMatchObject({ payable: { queried: 1, paid: [] }, unclear: [orderId], left: [] })
  await alipay.clearFaults()
  expect(await commands.recover()).toMatchObject({ found: 0, payable: { paid: [orderId] }, unclear: [], left: [] })
  await untilStatus(databases.orders, 'orders', orderId, 'PAID')
  await untilStatus(databases.inventory, 'reservations', orderId, 'COMMITTED')
  // What Alipay has answered is not queried again.
  expect(await commands.recover()).toMatchObject({ found: 0, payable: { queried: 0, paid: [] }, left: [] })
})
