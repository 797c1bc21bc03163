import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deliver, notifyOf, pay, signNotify } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { follow } from './support/follow-order.ts'
import { call } from './support/http.ts'
import { cancel, newCustomer, newProduct, place, tryToPlace, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

let databases: TestedDatabases
beforeAll(() => {
  databases = openTestedDatabases()
})
afterAll(() => databases?.close())

/** Makes requests whose SQL statements fail with the customer, the key and a notify's buyer among the parameters. */
async function failStatements(
  tradeNo: string,
  totalFen: number,
  buyer: Record<string, string>,
): Promise<{ customer: string; key: string }> {
  const customer = newCustomer()
  const key = uniqueName('planted-key')
  const sku = await newProduct(databases, { units: 1 })
  const undos = [
    await databases.rejectRows({ database: 'orders', table: 'idempotency_keys', column: 'key', text: key }),
    await databases.rejectRows({ database: 'payments', table: 'notifies', column: 'out_trade_no', text: tradeNo }),
  ]
  try {
    expect((await tryToPlace(customer, { [sku]: 1 }, { key })).status).toBe(500)
    const notify = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen }, buyer))
    expect((await deliver(notify)).text).toBe('failure')
    await expect.poll(() => logOf('order-service')).toContain('idempotency_keys_rejects')
    await expect.poll(() => logOf('payment-service')).toContain('notifies_rejects')
  } finally {
    for (const undo of undos) await undo()
  }
  return { customer: customer.id, key }
}

const logOf = (name: string) => logsOfServices().get(join(system.dir, 'logs', `${name}.log`))

/** The log of every service and replica so far, by file. Without the logs of PostgreSQL, Kafka and Redis. */
function logsOfServices(): Map<string, string> {
  const isService = (file: string) => /^(gateway|(order|payment|inventory)-service)\.log$/.test(file)
  return new Map(
    [system.dir, join(system.dir, 'replicas')].flatMap(dir =>
      readdirSync(join(dir, 'logs'))
        .filter(isService)
        .map(file => [join(dir, 'logs', file), readFileSync(join(dir, 'logs', file), 'utf8')] as const),
    ),
  )
}

it('no service’s log contains a secret or a payer’s data', async () => {
  const customer = newCustomer()
  const sku = await newProduct(databases, { units: 5 })
  const { order, tradeNo, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  const { returnUrl } = await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  const follower = follow(new URLSearchParams({ order_id: orderId }), { token: customer.token })
  await follower.untilIs('PAID')
  follower.close()

  const buyer = { buyer_logon_id: 'planted-buyer@example.com', buyer_id: '2088777700001111' }
  const [t, sign = ''] = new URL(returnUrl).pathname.split('/').slice(-2)
  const link = `order_id=${orderId}&t=${t}`
  expect((await call('GET', `/api/orders/${orderId}/status?${link}&sign=${sign}`)).status).toBe(200)
  await call('GET', `/api/orders/${orderId}/status?${link}&sign=planted-return-sign`)
  await call('GET', `/payment/result?${link}&sign=${sign}`)
  await call('GET', new URL(returnUrl).pathname)
  await call('GET', '/api/orders', { token: 'planted-bad-token' })
  await call('POST', '/api/orders', { token: customer.token, body: '{"planted-body' })
  const guess = { 'x-service-token': 'planted-service-token' }
  for (const base of [system.orderServiceUrl, system.paymentServiceUrl, system.inventoryServiceUrl]) {
    expect((await call('POST', '/batch', { base, headers: guess, body: [] })).status).not.toBe(200)
  }
  const refused = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: totalFen + 1 }, buyer))
  expect((await deliver(refused)).text).toBe('failure')
  expect((await deliver(new URLSearchParams({ ...Object.fromEntries(refused), sign: 'planted-sign' }))).text).toBe(
    'failure',
  )
  const failed = await failStatements(tradeNo, totalFen, buyer)
  await cancel(customer, orderId)

  // Once the last refusal is in the log, everything before it is too.
  await expect.poll(() => logOf('payment-service')).toContain(tradeNo)
  const { SERVICE_TOKEN, JWT_SECRET, RETURN_URL_SECRET, QUOTE_SECRET } = system.environment
  const secrets = {
    SERVICE_TOKEN,
    JWT_SECRET,
    RETURN_URL_SECRET,
    QUOTE_SECRET,
    privateKey: keyText(join(system.dir, 'alipay', 'app-private-key.pem')),
    databasePassword: new URL(system.databases.payments).password,
    token: customer.token,
    tokenSignature: customer.token.split('.')[2],
    returnSign: sign,
    ...buyer,
    customerInParameters: failed.customer,
    keyInParameters: failed.key,
    notifySign: refused.get('sign'),
    ...Object.fromEntries(
      ['service-token', 'bad-token', 'return-sign', 'sign', 'body'].map(one => [one, `planted-${one}`]),
    ),
  }
  const logs = logsOfServices()
  expect(logs.size).toBe(6)
  const found = [...logs].flatMap(([file, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => secret && (text.includes(secret) || text.includes(encodeURIComponent(secret))))
      .map(([name]) => `${name} in ${file}`),
  )
  expect(found).toEqual([])
  for (const [name, secret] of Object.entries(secrets)) expect(secret, name).toBeTruthy()
}, 60_000)

/** A piece from the middle of a key. */
function keyText(file: string): string {
  const text = readFileSync(file, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '')
  return text.slice(200, 260)
}
