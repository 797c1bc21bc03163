import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { BatchedAnswer } from '@alipay-checkout/contracts'
import Type from 'typebox'
import { afterEach, expect, it } from 'vitest'
import { acceptCalls } from './calls.ts'
import { buildHttpApp, type HttpApp, requireServiceToken } from './http-app.ts'
import { createLogger } from './logger.ts'
import { Problem } from './problem.ts'

const token = 'a-token-for-tests'
let app: HttpApp

function build(): HttpApp {
  app = buildHttpApp({ logger: createLogger('test', 'silent'), readiness: {} })
  requireServiceToken(app, token)
  acceptCalls(app).post('/double', Type.Object({ n: Type.Integer() }), async ({ n }, traceparent) => {
    if (n === 0) throw new Problem('out-of-stock', 'None left.', { shortages: [] })
    if (n < 0) throw new Error('select * from secrets')
    if (n === 7) return { status: 200, body: { twice: 14n } }
    return { status: 201, body: { twice: 2 * n, traceparent } }
  })
  return app
}

afterEach(() => app?.close())

const post = (url: string, payload: unknown, headers: Record<string, string> = { 'x-service-token': token }) =>
  app.inject({ method: 'POST', url, payload: payload as object, headers })
/** A context of its own for each body, so that answers show whose they got. */
const traceparentOf = (body: unknown) =>
  `00-${createHash('md5')
    .update(JSON.stringify(body) ?? '')
    .digest('hex')}-b7ad6b7169203331-00`
const call = (body: unknown, url = '/double') => ({ url, traceparent: traceparentOf(body), body })
const answersOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as BatchedAnswer)
    .toSorted(([a], [b]) => a - b)

it('answers a single call', async () => {
  build()
  const answer = await post('/double', { n: 4 })
  expect([answer.statusCode, answer.json()]).toEqual([201, { twice: 8, traceparent: expect.any(String) }])
  expect((await post('/double', { n: 'x' })).statusCode).toBe(400)
})

it('answers each call of a batch separately: an invalid or failing call does not affect the others', async () => {
  build()
  const calls = [
    call({ n: 1 }),
    call({ n: 0 }),
    call({ n: -1 }),
    call({ n: 'x' }),
    call({}, '/nothing'),
    call({ n: 2 }),
    call({ n: 3, note: 'a\0' }),
  ]
  const answer = await post('/batch', calls)
  expect(answer.statusCode).toBe(200)
  expect(answersOf(answer.body)).toEqual([
    [0, 201, { twice: 2, traceparent: traceparentOf({ n: 1 }) }],
    [1, 409, expect.objectContaining({ type: '/problems/out-of-stock', instance: '/double', shortages: [] })],
    [2, 500, expect.objectContaining({ type: '/problems/internal-error' })],
    [3, 400, expect.objectContaining({ type: '/problems/invalid-request', detail: expect.stringMatching(/^n /) })],
    [4, 404, expect.objectContaining({ type: '/problems/not-found' })],
    [5, 201, { twice: 4, traceparent: traceparentOf({ n: 2 }) }],
    [6, 400, expect.objectContaining({ errors: [expect.objectContaining({ field: 'note' })] })],
  ])
  expect(answer.body).not.toContain('secrets')
})

it('fails only the call whose response can not be serialized', async () => {
  build()
  const answer = await post('/batch', [call({ n: 7 }), call({ n: 1 })])
  expect(answersOf(answer.body)).toEqual([
    [0, 500, expect.objectContaining({ type: '/problems/internal-error' })],
    [1, 201, expect.objectContaining({ twice: 2 })],
  ])
})

it('answers quick calls while slow ones are still being handled', async () => {
  build()
  const slow = Promise.withResolvers<{ status: number }>()
  const other = buildHttpApp({ logger: createLogger('test', 'silent'), readiness: {} })
  acceptCalls(other).post('/wait', Type.Object({ ms: Type.Integer() }), async ({ ms }) =>
    ms > 0 ? slow.promise : { status: 204 },
  )
  const url = await other.listen({ host: '127.0.0.1', port: 0 })
  try {
    const response = await fetch(`${url}/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([call({ ms: 1 }, '/wait'), call({ ms: 0 }, '/wait')]),
    })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString()
    expect(await Promise.race([next(), delay(5_000, 'nothing')])).toBe('[1,204,null]\n')
    slow.resolve({ status: 200 })
    expect(await next()).toBe('[0,200,null]\n')
  } finally {
    await other.close()
  }
})

it('refuses callers without the token, and bodies that are not a list of calls', async () => {
  build()
  expect((await post('/batch', [call({ n: 1 })], {})).statusCode).toBe(401)
  expect((await post('/batch', { url: '/double' })).statusCode).toBe(400)
  expect((await post('/batch', Array(101).fill(call({ n: 1 })))).statusCode).toBe(400)
  expect((await post('/batch', [])).body).toBe('')
})

it('does not keep calls in memory, though an idle connection keeps its last request', async () => {
  let held: unknown
  build().addHook('onResponse', async request => {
    held = request.body
  })
  const answer = await post('/batch', [call({ n: 1 }), call({ n: 2 })])
  expect(answersOf(answer.body)).toHaveLength(2)
  expect(held).toEqual([])
})
