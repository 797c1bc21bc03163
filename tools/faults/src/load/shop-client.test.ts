import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { Refused, shopClient } from './shop-client.ts'

let servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  servers = []
})

type Answer = { status: number; body?: object } | 'reset'

/** A gateway that gives these answers, one after the other, and the last one for ever. Gives its address and what it was sent. */
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

test('a request that fails goes to the other gateway with the same key, until there is a final answer', async () => {
  const [one, two] = [
    await gateway('reset', inFlight),
    await gateway({ status: 503 }, { status: 201, body: { order: 1 } }),
  ]
  const failed: string[] = []
  const client = shopClient({ gatewayUrls: [one.url, two.url], simulatorUrl: '' }, why => failed.push(why))
  expect(await client.place('token', items, 'k')).toMatchObject({ status: 201, text: '{"order":1}' })
  expect([one.keys, two.keys]).toEqual([
    ['k', 'k'],
    ['k', 'k'],
  ])
  expect(failed).toEqual(['cut off', '503 {}', '409 request-in-flight'])
})

test('a refusal is final', async () => {
  const outOfStock = { status: 409, body: { type: '/problems/out-of-stock' } }
  const { url, keys } = await gateway(outOfStock)
  const client = shopClient({ gatewayUrls: [url], simulatorUrl: '' })
  const { status, text } = await client.place('token', items, 'k')
  expect({ status, why: new Refused({ status, text }).why }).toEqual({ status: 409, why: 'out-of-stock' })
  await expect(client.readOrder('token', 'ord_1')).rejects.toThrow('409 out-of-stock')
  expect(keys).toHaveLength(2)
})

test('requests begin at each gateway in turn', async () => {
  const [one, two] = [await gateway({ status: 200 }), await gateway({ status: 200 })]
  const client = shopClient({ gatewayUrls: [one.url, two.url], simulatorUrl: '' })
  for (let n = 0; n < 4; n++) await client.readOrder('token', 'ord_1')
  expect([one.keys.length, two.keys.length]).toEqual([2, 2])
})
