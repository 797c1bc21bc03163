import { join } from 'node:path'
import { processesOf } from '@alipay-checkout/launcher'
import { jwt } from '@alipay-checkout/test-support'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliver, notifyOf, signNotify } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { type Answer, call, type ProblemAnswer } from './parts/http.ts'
import { type FuzzedRequest, type Operation, readOperations, requestsTo } from './parts/operations.ts'
import { untilAllReady } from './parts/outage.ts'
import { newCustomer, newProduct, place } from './parts/shop.ts'
import { system } from './parts/system.ts'

/** The same requests in every run, and few enough for a slow machine; the time is a bound, not a measure. */
const runs = { seed: 20_261_126, numRuns: 20, interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false }

const owner = newCustomer()
const processes = () => [...processesOf(system.dir), ...processesOf(join(system.dir, 'replicas'))]
let books: Books
let operations: Operation[]
let started: ReturnType<typeof processes>
let orderId: string
/** Ids that exist, by the names that routes have for them. */
let known: Record<string, string>

beforeAll(async () => {
  books = openBooks()
  started = processes()
  operations = await readOperations()
  const sku = await newProduct(books, { units: 100 })
  orderId = (await place(owner, { [sku]: 1 })).order.orderId
  known = { id: orderId, sku }
})
afterAll(() => books?.close())

async function ask(operation: Operation, { path, headers, body }: FuzzedRequest, token?: string): Promise<void> {
  const options = { headers, ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) }
  const answer = await call(operation.method, path, options)
  if (operation.path === '/api/payment/notify') expect(answer.text).toBe('failure')
  else expectSound(answer)
}

/** Success, a redirect, or a problem that says nothing of what is inside. */
function expectSound({ status, headers, text, body }: Answer<ProblemAnswer>): void {
  if (status < 400) return
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(body).toMatchObject({ status, type: expect.stringMatching(/\/problems\/[a-z-]+$/), title: expect.any(String) })
  if (status >= 500) expect([status, body.type]).toEqual([503, expect.stringMatching(/\/service-unavailable$/)])
  expect(text).not.toMatch(/node_modules|\.ts:\d|select .* from|127\.0\.0\.1/i)
}

/** Every operation is asked so often, one after the other. */
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
  test('cover every operation', () => {
    const names = operations.map(({ method, path }) => `${method} ${path}`)
    expect(names).toContain('POST /api/orders')
    expect(names).toContain('POST /api/payment/notify')
    expect(names.length).toBeGreaterThan(12)
  })

  test('without a right to it change nothing, whatever they are', async () => {
    const before = [await books.fingerprint(), await books.rowsOf(orderId)]
    await fuzz(undefined)
    await fuzz(() => fc.constantFrom('', 'x', `${owner.token}x`, jwt(owner.id, { secret: 'another-shops-secret' })))
    expect([await books.fingerprint(), await books.rowsOf(orderId)]).toEqual(before)
  }, 60_000)

  test('of somebody else leave an order as it is', async () => {
    // They may buy of the same stock.
    const rows = async () => ({ ...(await books.rowsOf(orderId)), stock: [] })
    const before = await rows()
    const stranger = newCustomer()
    await fuzz(() => fc.constant(stranger.token))
    expect(await rows()).toEqual(before)
  }, 60_000)

  test('of its owner and of admins are answered, or refused in words', async () => {
    await fuzz(() => fc.constantFrom(owner.token, jwt('admin-of-tests', { role: 'admin' })))
  }, 60_000)
})

test('notifies of any fields, signed by Alipay or not, are answered success or failure', async () => {
  const fields = fc.dictionary(
    fc.constantFrom(...Object.keys(notifyOf({ outTradeNo: orderId, totalFen: 1 })), 'refund_fee', '__proto__', 'a[]'),
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('0.01', '1e3', '-1', 'TRADE_SUCCESS')),
    { maxKeys: 4 },
  )
  const isSigned = fc.boolean()
  await fc.assert(
    fc.asyncProperty(fields, isSigned, async (changes, signed) => {
      const said = { ...notifyOf({ outTradeNo: orderId, totalFen: 1 }), ...changes }
      const answer = await deliver(signed ? signNotify(said) : new URLSearchParams({ ...said, sign: 'x' }))
      expect(['success', 'failure']).toContain(answer.text)
      expect(answer.status).toBeLessThan(500)
      if (!signed) expect(answer.text).toBe('failure')
    }),
    { ...runs, numRuns: 100 },
  )
})

test('after all that the same processes are ready', async () => {
  await untilAllReady()
  expect(processes()).toEqual(started)
})
