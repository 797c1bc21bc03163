import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { describeRefusal, ok, retryingClient } from './retrying-client.ts'

let servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  servers = []
})

type Answer = { status: number; body?: object } | 'reset'

/** A gateway that gives these responses in turn, and the last one for ever. Returns its address and the keys that it received. */
async function gateway(...answers: Answer[]): Promise<{ url: string; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string | undefined)
    request.resume()
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === undefined || answer === 'reset') request.socket.resetAndDestroy()
    else response.writeHead(answer.status, { connection: 'close' }).end(JSON.stringify(answer.body ?? {}))
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys }
}

const items = [{ sku: 'tea', quantity: 1 }]
const inFlight = { status: 409, body: { type: '/problems/request-in-flight' } }

it('repeats a failed request at the other gateway with the same key, until there is a final response', async () => {
  const [one, two] = [
    await gateway('reset', inFlight),
    await gateway({ status: 503 }, { status: 201, body: { order: 1 } }),
  ]
  const failed: string[] = []
  const client = retryingClient([one.url, two.url], reason => failed.push(reason))
  expect(await client.placeOrder('token', items, { key: 'k' })).toMatchObject({ status: 201, text: '{"order":1}' })
  expect([one.keys, two.keys]).toEqual([
    ['k', 'k'],
    ['k', 'k'],
  ])
  expect(failed).toEqual(['connection lost', '503 {}', '409 request-in-flight'])
})

it('takes a refusal as final', async () => {
  const outOfStock = { status: 409, body: { type: '/problems/out-of-stock' } }
  const { url, keys } = await gateway(outOfStock)
  const client = retryingClient([url])
  expect(describeRefusal(await client.placeOrder('token', items, { key: 'k' }))).toBe('409 out-of-stock')
  await expect(ok(client.readOrder('token', 'ord_1'))).rejects.toMatchObject({ status: 409, problem: 'out-of-stock' })
  expect(keys).toHaveLength(2)
})

it('begins requests at each gateway in turn', async () => {
  const [one, two] = [await gateway({ status: 200 }), await gateway({ status: 200 })]
  const client = retryingClient([one.url, two.url])
  for (let n = 0; n < 4; n++) await client.readOrder('token', 'ord_1')
  expect([one.keys.length, two.keys.length]).toEqual([2, 2])
})
