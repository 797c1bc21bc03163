import { join } from 'node:path'
import { openReplicas, type Replicas } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { placeBy } from './support/payment-methods.ts'
import { newCustomer, newProduct, tryToPlace, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

let databases: TestedDatabases
let replicas: Replicas
/** A gateway of a merchant who has contracted page pay and order codes only. */
let base: string
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 10 })
  replicas = await openReplicas(join(system.dir, 'contracted'), 'a gateway with fewer products')
  const env = { ...system.environment, ALIPAY_PRODUCTS: 'page,qr' }
  base = await replicas.start('gateway', { name: 'gateway-contracted', env })
})
afterAll(async () => {
  await replicas?.stop()
  await databases?.close()
})

it.each([
  ['alipay_wap', {}],
  ['alipay_app', {}],
  ['alipay_jsapi', { buyerId: '2088102146225135' }],
  ['alipay_page', { instalments: { number: 3, sellerPaysFee: false } }],
] as const)('%s with %o, which is not contracted, is refused before there is an order', async (paymentMethod, more) => {
  const customer = newCustomer()
  const answer = await tryToPlace(customer, { [sku]: 1 }, { base, fields: { paymentMethod, ...more } })
  expect(answer).toMatchObject({
    status: 422,
    body: { type: expect.stringMatching(/\/payment-method-unavailable$/) },
  })
  expect(await databases.ordersOf(customer.id)).toEqual([])
  expect(await databases.stockOf(sku)).toMatchObject({ reserved: 0 })
})

it('what is contracted is still paid', async () => {
  const customer = newCustomer()
  const other = await newProduct(databases, { units: 1 })
  const { orderId, target } = await placeBy('alipay_qr', customer, { [other]: 1 }, { base })
  await pay(target)
  await untilOrderIs(customer, orderId, 'PAID')
})
