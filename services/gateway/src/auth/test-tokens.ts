import { createHmac, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export const testSecret = 'a-secret-that-signs-tokens'
export const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

/** One part of a token. */
export const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token signed with HMAC-SHA256, whatever the algorithm in its header. */
export function hmacToken(header: object, claims: unknown, key: string | Buffer = testSecret): string {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

export function rsaToken(key: KeyObject, kid: string, claims: object): string {
  const text = `${part({ alg: 'RS256', kid })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

/** Serves a JWKS address whose response can be changed, until the test is finished. */
export async function serveJwks(keys: object[]) {
  const state = { keys, requests: 0, status: 200 }
  const server = createServer((_request, response) => {
    state.requests++
    response.writeHead(state.status).end(JSON.stringify({ keys: state.keys }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` }
}
