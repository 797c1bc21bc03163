import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import Type from 'typebox'
import { afterEach, describe, expect, it } from 'vitest'
import { buildHttpApp, type HttpApp, requireServiceToken } from './http-app.ts'
import { createLogger } from './logger.ts'
import { Problem } from './problem.ts'
import { isUnreachable } from './problem-of.ts'
import type { ReadinessChecks } from './readiness.ts'

const token = 'a-token-for-tests'
let app: HttpApp

function build(readiness: ReadinessChecks = {}, bodyLimitBytes = 1_000): HttpApp {
  app = buildHttpApp({ logger: createLogger('test', 'silent'), readiness, bodyLimitBytes })
  const body = Type.Object({
    items: Type.Array(Type.Object({ quantity: Type.Integer({ minimum: 1 }) }, { additionalProperties: false })),
    as: Type.Optional(Type.Union([Type.Literal('url'), Type.Literal('form')])),
  })
  app.post('/things', { schema: { body } }, async request => ({ got: request.body.items.length }))
  app.get('/fails/:how', async request => {
    const { how } = request.params as { how: string }
    if (how === 'problem') throw new Problem('out-of-stock', 'None left.', { shortages: [1] })
    if (how === 'away') throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' })
    throw new Error('select * from secrets')
  })
  return app
}

afterEach(() => app?.close())

const post = (payload: string, contentType = 'application/json') =>
  app.inject({ method: 'POST', url: '/things', payload, headers: { 'content-type': contentType } })

describe('an error', () => {
  it('is a problem for an expected failure, with the members of its type', async () => {
    const answer = await build().inject('/fails/problem?x=1')
    expect(answer.statusCode).toBe(409)
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(answer.json()).toEqual({
      type: '/problems/out-of-stock',
      title: 'There is not enough stock',
      status: 409,
      detail: 'None left.',
      instance: '/fails/problem',
      shortages: [1],
    })
  })

  it('is a problem without its message if it is unexpected', async () => {
    const answer = await build().inject('/fails/bug')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secrets')
  })

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'CONNECTION_CLOSED',
    '57P01',
  ])('means an unavailable dependency with the code %s, also as a cause', code => {
    const cause = Object.assign(new Error('connect'), { code })
    expect(isUnreachable(new Error('failed', { cause }))).toBe(true)
  })

  it.each(['23505', 'ERR_INVALID_ARG_TYPE', ''])('is a fault of its own with the code "%s"', code => {
    expect(isUnreachable(Object.assign(new Error('failed'), { code }))).toBe(false)
  })

  it('is 503 without an address for an unavailable dependency', async () => {
    const answer = await build().inject('/fails/away')
    expect(answer.json()).toMatchObject({ status: 503, type: '/problems/service-unavailable' })
    expect(answer.body).not.toContain('10.0.0.1')
  })

  it.each([
    ['U+0000 in a body', '/things', '{"items":[{"quantity":1,"note":"a\\u0000"}]}', 'items.0.note'],
    ['half a surrogate pair in a body', '/things', '{"note":"\\ud83c","items":[]}', 'note'],
    ['U+0000 in a key', '/things', '{"a\\u0000":1,"items":[]}', 'a␀'],
    ['U+0000 in a query', '/things?since=%00', '{"items":[]}', 'since'],
  ])('names the field of %s that no database can store', async (_name, url, payload, field) => {
    const answer = await build().inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.json()).toMatchObject({ status: 400, type: '/problems/invalid-request' })
    expect(answer.json().errors[0].field).toMatch(field)
  })

  it.each([
    ['a wrong field', '{"items":[{"quantity":1},{"quantity":0}]}', 'items.1.quantity'],
    ['a text for a number', '{"items":[{"quantity":"1"}]}', 'items.0.quantity'],
    ['a fraction', '{"items":[{"quantity":1.5}]}', 'items.0.quantity'],
    ['an unknown field', '{"items":[{"quantity":1,"price":5}]}', 'items.0.price'],
    ['a missing field', '{}', 'items'],
  ])('names %s', async (_name, payload, field) => {
    build()
    const answer = await post(payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      type: '/problems/invalid-request',
      errors: [expect.objectContaining({ field })],
    })
  })

  it('names 20 of many wrong fields', async () => {
    build({}, 100_000)
    const answer = await post(`{"items":[${Array.from({ length: 5_000 }, () => '{"quantity":0}')}]}`)
    const { errors, detail } = answer.json()
    expect(errors).toHaveLength(20)
    expect(detail).toMatch(/; and 4980 more\.$/)
    expect(answer.body.length).toBeLessThan(4_000)
  })

  it('does not wait for a body without end', () => {
    expect(build().server.requestTimeout).toBe(30_000)
  })

  it('names the values that a field may have', async () => {
    build()
    const answer = await post('{"items":[{"quantity":1}],"as":"fax"}')
    expect(answer.json()).toMatchObject({
      detail: 'as must be one of url, form.',
      errors: [{ field: 'as', message: 'must be one of url, form' }],
    })
  })

  it.each([
    ['not JSON', '{"items":', 'application/json', 400, 'malformed-json'],
    ['nothing', '', 'application/json', 400, 'invalid-request'],
    ['too large', `{"items":"${'x'.repeat(2_000)}"}`, 'application/json', 413, 'body-too-large'],
    ['XML', '<items/>', 'application/xml', 415, 'unsupported-media-type'],
  ])('is a problem for a body that is %s', async (_name, payload, contentType, status, type) => {
    build()
    const answer = await post(payload, contentType)
    expect(answer.json()).toMatchObject({ status, type: `/problems/${type}` })
  })

  it('is 404 for an unknown path', async () => {
    expect((await build().inject('/nowhere')).json()).toMatchObject({ status: 404, type: '/problems/not-found' })
  })
})

describe('health', () => {
  it('is alive while it runs, and ready only while all required checks pass', async () => {
    build({ required: { postgres: async () => 1, kafka: () => Promise.reject(new Error('no broker')) } })
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({
      status: 'not ready',
      degraded: [],
      checks: { postgres: 'ok', kafka: 'no broker' },
    })
  })

  it('is ready while only optional checks fail, and names them as degraded', async () => {
    build({
      required: { postgres: async () => 1 },
      optional: { redis: () => Promise.reject(new Error('unavailable')) },
    })
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      status: 'ready',
      degraded: ['redis'],
      checks: { postgres: 'ok', redis: 'unavailable' },
    })
  })

  it('adds the details that a service has', async () => {
    build({ details: () => ({ certificates: [] }) })
    expect((await app.inject('/readyz')).json()).toEqual({
      status: 'ready',
      degraded: [],
      checks: {},
      certificates: [],
    })
  })

  it('counts requests by route', async () => {
    build()
    await app.inject('/fails/problem')
    expect((await app.inject('/metrics')).body).toMatch(
      /http_request_duration_seconds_count\{.*route="\/fails\/:how",status="409"\} 1/,
    )
  })
})

describe('the service token', () => {
  it('requires the service token, except for health and metrics', async () => {
    requireServiceToken(build(), token)
    const tokens = [undefined, '', 'wrong', `${token}x`]
    for (const given of tokens) {
      const headers = given === undefined ? {} : { 'x-service-token': given }
      expect((await app.inject({ url: '/fails/problem', headers })).statusCode).toBe(401)
    }
    expect((await app.inject({ url: '/fails/problem', headers: { 'x-service-token': token } })).statusCode).toBe(409)
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await app.inject(path)).statusCode).toBe(200)
  })

  const [older, newer] = ['the-token-until-now', 'the-token-from-now-on']
  it.each([
    ['with the old one, a caller that has both', older, `${newer},${older}`, 409],
    ['with both, a caller that has the old one', `${newer},${older}`, older, 409],
    ['with both, a caller that has both', `${newer},${older}`, `${newer},${older}`, 409],
    ['with both, a caller that has the new one', `${newer}, ${older}`, newer, 409],
    ['with the new one, a caller that has both', newer, `${newer},${older}`, 409],
    ['no caller that has only the old one, with the new one', newer, older, 401],
    ['no caller that has neither', `${newer},${older}`, 'another-token,and-another', 401],
    ['no caller that sends nothing beside a comma', `${newer},${older}`, ',', 401],
    ['no caller that guesses more than two at once', newer, `guess-1,guess-2,${newer}`, 401],
  ])('while it is changed, accepts %s', async (_who, ours, theirs, status) => {
    requireServiceToken(build(), ours)
    const answer = await app.inject({ url: '/fails/problem', headers: { 'x-service-token': theirs } })
    expect(answer.statusCode).toBe(status)
  })

  it.each([
    ['an empty one', `${newer},`],
    ['a short one', `${newer},short`],
    ['three', `${newer},${older},the-token-before-that`],
  ])('refuses %s by the name of the setting', (_what, ours) => {
    expect(() => requireServiceToken(build(), ours)).toThrow('SERVICE_TOKEN')
  })
})

it.each(['', 'GET /healthz HTT'])('closes at once although a connection has sent only "%s"', async sent => {
  const app = buildHttpApp({ logger: createLogger('http-app', 'silent'), readiness: {} })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const accepted = once(app.server, 'connection')
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await accepted
  socket.write(sent)
  const ended = once(socket, 'close')
  await app.close()
  await ended
})

it('closes once a request that was being handled is answered, although its connection is kept alive', async () => {
  const app = buildHttpApp({ logger: createLogger('http-app', 'silent'), readiness: {} })
  const handled = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  app.get('/slow', async () => {
    handled.resolve()
    return answer.promise
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', text => {
    received += text
  })
  const ended = once(socket, 'close')
  socket.write('GET /slow HTTP/1.1\r\nhost: shop\r\n\r\n')
  await handled.promise
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  answer.resolve('"here"')
  await closed
  await ended
  expect(received).toContain('here')
})
