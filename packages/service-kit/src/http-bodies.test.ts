import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acceptCalls } from './calls.ts'
import { buildHttpApp, type HttpApp } from './http-app.ts'
import { createLogger } from './logger.ts'

let app: HttpApp
beforeAll(async () => {
  app = buildHttpApp({ logger: createLogger('test', 'silent'), readiness: {} })
  const Body = Type.Object({ n: Type.Integer() })
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'] as const) {
    app.route({ method, url: '/optional', handler: async request => ({ body: request.body ?? 'none' }) })
    app.route({ method, url: '/required', schema: { body: Body }, handler: async request => ({ body: request.body }) })
  }
  acceptCalls(app).post('/calls', Body, async () => ({ status: 200, body: {} }))
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => app.close())

/** Sends a request byte for byte, and reads what is answered until the server closes. */
async function send(
  method: string,
  path: string,
  headers: string[],
  body = '',
): Promise<{ status: number; body: unknown }> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write([`${method} ${path} HTTP/1.1`, 'Host: test', 'Connection: close', ...headers, '', body].join('\r\n'))
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n')
  const answer = rest.join('').replace(/^[^{]*|[^}]*$/g, '')
  return { status: Number(head.split(' ')[1]), body: JSON.parse(answer || '{}') }
}

const types = [
  [],
  ['Content-Type: application/json'],
  ['Content-Type: application/json; charset=utf-8'],
  ['Content-Type: application/x-www-form-urlencoded'],
  ['Content-Type: text/plain;charset=UTF-8'],
  ['Content-Type: multipart/form-data'],
  ['Content-Type: application/octet-stream'],
  ['Content-Type: nonsense'],
  ['Content-Type:'],
]
const lengths: [string, string[], string][] = [
  ['no length', [], ''],
  ['the length 0', ['Content-Length: 0'], ''],
  ['no chunks', ['Transfer-Encoding: chunked'], '0\r\n\r\n'],
]
const empty = lengths.flatMap(([what, headers, body]) =>
  types.map(type => ({ what: `${type[0] ?? 'no content type'} and ${what}`, headers: [...type, ...headers], body })),
)

describe.each(['POST', 'PUT', 'DELETE', 'PATCH'])('a %s without a body', method => {
  it.each(empty)('is none with $what', async ({ headers, body }) => {
    expect(await send(method, '/optional', headers, body)).toEqual({ status: 200, body: { body: 'none' } })
    expect(await send(method, '/required', headers, body)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', detail: expect.stringContaining('The body is missing') },
    })
  })
})

it('answers single and batched calls between services that their body is missing', async () => {
  for (const path of ['/calls', '/batch']) {
    const answer = await send('POST', path, ['Content-Type: application/json', 'Content-Length: 0'])
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('The body is missing') } })
  }
})

describe('a body', () => {
  const json = '{"n":1}'
  const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

  it('is read as JSON, with a length and in chunks', async () => {
    const type = 'Content-Type: application/json'
    const read = { status: 200, body: { body: { n: 1 } } }
    expect(await send('POST', '/required', [type, `Content-Length: ${json.length}`], json)).toEqual(read)
    expect(await send('POST', '/required', [type, 'Transfer-Encoding: chunked'], chunked(json))).toEqual(read)
  })

  it.each([[], ...types.slice(3)])('of another kind is refused: %s', async (...type) => {
    for (const path of ['/optional', '/required']) {
      const refused = { status: 415, body: { type: '/problems/unsupported-media-type' } }
      expect(await send('POST', path, [...type, `Content-Length: ${json.length}`], json)).toMatchObject(refused)
      expect(await send('POST', path, [...type, 'Transfer-Encoding: chunked'], chunked(json))).toMatchObject(refused)
    }
  })

  it('that is not JSON is malformed, also one of spaces', async () => {
    for (const body of ['{', ' ', '{"__proto__":1}']) {
      const headers = ['Content-Type: application/json', `Content-Length: ${body.length}`]
      expect(await send('POST', '/optional', headers, body)).toMatchObject({
        status: 400,
        body: { type: '/problems/malformed-json' },
      })
    }
  })

  it('to an address that does not exist is answered 404', async () => {
    const headers = ['Content-Type: text/plain', `Content-Length: ${json.length}`]
    expect(await send('POST', '/nothing', headers, json)).toMatchObject({ status: 404 })
  })
})
