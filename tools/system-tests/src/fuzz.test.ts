import { join } from 'node:path'
import { processesOf } from '@alipay-checkout/launcher'
import { jwt } from '@alipay-checkout/test-support'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver, notifyOf, signNotify } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { type Answer, call, type ProblemAnswer } from './support/http.ts'
import { type FuzzedRequest, type Operation, readOperations, requestsTo } from './support/operations.ts'
import { untilAllReady } from './support/outages.ts'
import { newCustomer, newProduct, place } from './support/shop.ts'
import { system } from './support/system.ts'

/** The same requests in every run, and few enough for a slow machine; the time is a bound, not a measure. */
const runs = { seed: 20_261_126, numRuns: 20, interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false }

const owner = newCustomer()
const processes = () => [...processesOf(system.dir), ...processesOf(join(system.dir, 'replicas'))]
let databases: TestedDatabases
let operations: Operation[]
let started: ReturnType<typeof processes>
let orderId: string
/** Ids that exist, by the names that routes have for them. */
let known: Record<string, string>

beforeAll(async () => {
  databases = openTestedDatabases()
  started = processes()
  operations = await readOperations()
  const sku = await newProduct(databases, { units: 100 })
  orderId = (await place(owner, { [sku]: 1 })).order.orderId
  known = { id: orderId, sku, q: orderId, object: orderId, date: '2026-03-01', format: 'csv' }
})
afterAll(() => databases?.close())

async function ask(operation: Operation, { path, headers, body }: FuzzedRequest, token?: string): Promise<void> {
  const options = { headers, ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) }
  const answer = await call(operation.method, path, options)
  if (operation.path === '/api/payment/notify') expect(answer.text).toBe('failure')
  else expectSound(answer)
}

/** Success, a redirect, or a problem that reveals nothing internal. */
function expectSound({ status, headers, text, body }: Answer<ProblemAnswer>): void {
  if (status < 400) return
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(body).toMatchObject({ status, type: expect.stringMatching(/\/problems\/[a-z-]+$/), title: expect.any(String) })
  if (status >= 500) expect([status, body.type]).toEqual([503, expect.stringMatching(/\/service-unavailable$/)])
  expect(text).not.toMatch(/node_modules|\.ts:\d|select .* from|127\.0\.0\.1/i)
}

/** Fuzzes every operation, one after the other. */
async function fuzz(token: (() => fc.Arbitrary<string | undefined>) | undefined): Promise<void> {
  for (const operation of operations) {
    const by = token?.() ?? fc.constant(undefined)
    await fc.assert(
      fc.asyncProperty(requestsTo(operation, known), by, (request, who) => ask(operation, request, who)),
      runs,
    )
  }
}

describe('requests drawn from the API’s own description', () => {
  it('cover every operation', () => {
    const names = operations.map(({ method, path }) => `${method} ${path}`)
    expect(names).toContain('POST /api/orders')
    expect(names).toContain('POST /api/payment/notify')
    expect(names.length).toBeGreaterThan(12)
  })

  it('change nothing without authorisation', async () => {
    const before = [await databases.fingerprint(), await databases.rowsOf(orderId)]
    await fuzz(undefined)
    await fuzz(() => fc.constantFrom('', 'x', `${owner.token}x`, jwt(owner.id, { secret: 'another-shops-secret' })))
    expect([await databases.fingerprint(), await databases.rowsOf(orderId)]).toEqual(before)
  }, 300_000)

  it('of another customer leave an order unchanged', async () => {
    // The other customer may buy from the same stock.
    const rows = async () => ({ ...(await databases.rowsOf(orderId)), stock: [] })
    const before = await rows()
    const stranger = newCustomer()
    await fuzz(() => fc.constant(stranger.token))
    expect(await rows()).toEqual(before)
  }, 300_000)

  it('of its owner and of admins are answered or refused with a problem', async () => {
    await fuzz(() => fc.constantFrom(owner.token, jwt('admin-of-tests', { role: 'admin' })))
  }, 300_000)

  it('for the staff are answered 404 with a malformed id, and 400 with a malformed page or date', async () => {
    const token = jwt('admin-of-tests', { role: 'owner' })
    // Any text is the id of a customer.
    const reads = operations.filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/api/admin/') && !path.includes('/customers/'),
    )
    expect(reads.length).toBeGreaterThan(20)
    const wrong: string[] = []
    for (const { path, parameters } of reads) {
      const named = (name: string) => parameters.some(parameter => parameter.name === name)
      if (!path.includes('{') && !named('limit')) continue
      const malformed = path.includes('{') ? path.replaceAll(/\{\w+\}/g, '%20%27--') : `${path}?limit=0`
      const { status } = await call('GET', malformed, { token })
      const expected = path.includes('{') && !named('date') ? 404 : 400
      if (status !== expected) wrong.push(`${path}: ${status} instead of ${expected}`)
    }
    expect(wrong).toEqual([])
  }, 60_000)
})

it('notifies of any fields, signed by Alipay or not, are answered success or failure', async () => {
  const fields = fc.dictionary(
    fc.constantFrom(...Object.keys(notifyOf({ outTradeNo: orderId, totalFen: 1 })), 'refund_fee', '__proto__', 'a[]'),
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('0.01', '1e3', '-1', 'TRADE_SUCCESS')),
    { maxKeys: 4 },
  )
  const isSigned = fc.boolean()
  await fc.assert(
    fc.asyncProperty(fields, isSigned, async (changes, signed) => {
      const sent = { ...notifyOf({ outTradeNo: orderId, totalFen: 1 }), ...changes }
      const answer = await deliver(signed ? signNotify(sent) : new URLSearchParams({ ...sent, sign: 'x' }))
      expect(['success', 'failure']).toContain(answer.text)
      expect(answer.status).toBeLessThan(500)
      if (!signed) expect(answer.text).toBe('failure')
    }),
    { ...runs, numRuns: 100 },
  )
})

it('the same processes are ready afterwards', async () => {
  await untilAllReady()
  expect(processes()).toEqual(started)
})
