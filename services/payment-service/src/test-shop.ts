import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess, waitUntil } from '@alipay-checkout/test-support'

export const serviceToken = 'a-service-token-for-tests'

/** A new order id in order-service's format. */
export const newOrderId = (): string => `ord_${randomBytes(16).toString('hex')}`

export interface PaidTrade {
  tradeNo: string
  outTradeNo: string
  tradeStatus: string
}

export interface AlipayForTests {
  gatewayUrl: string
  appId: string
  sellerId: string
  appPrivateKey: string
  alipayPublicKey: string
  /** Alipay's signing key, so that a test can sign what the real Alipay never would. */
  alipayPrivateKey: string
  /** PUBLIC_URL for the service: forwards notifies as the gateway does, with the service token. */
  publicUrl: string
  /** Sets the service that notifies are forwarded to. */
  setService(url: string): void
  /** Calls the simulator's control API. */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>
  close(): Promise<void>
}

/**
 * Starts a real simulator, and a server that forwards its notifies as the gateway does. The simulator is a process of its
 * own, because the SDK's HTTP client changes how sockets are closed in its whole process.
 */
export async function startAlipayForTests(): Promise<AlipayForTests> {
  const dataDir = await mkdtemp(join(tmpdir(), 'payment-service-alipay-'))
  const args = ['--port', '0', '--data-dir', dataDir, '--time-scale', '1000', '--refund-gap-ms', '0']
  const simulator = startProcess('tools/alipay-simulator/bin/alipay-simulator.ts', { args: [...args, '--json'] })
  await waitUntil(() => simulator.output().includes('gatewayUrl'), { what: 'the simulator listens', timeoutMs: 30_000 })
  const { url, gatewayUrl, appId, sellerId } = JSON.parse(simulator.output().split('\n', 1)[0] as string)
  const key = (name: string) => readFile(join(dataDir, `${name}-key.pem`), 'utf8')
  let service: string | undefined
  const forwarder = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = service
      ? await fetch(`${service}/notify`, {
          method: 'POST',
          headers: { 'content-type': request.headers['content-type'] ?? '', 'x-service-token': serviceToken },
          body: Buffer.concat(chunks),
        }).then(
          reply => reply.text(),
          // The service may be closing.
          () => 'failure',
        )
      : 'failure'
    response.end(answer)
  }).listen(0, '127.0.0.1')
  await once(forwarder, 'listening')
  return {
    gatewayUrl,
    appId,
    sellerId,
    appPrivateKey: await key('app-private'),
    alipayPublicKey: await key('alipay-public'),
    alipayPrivateKey: await key('alipay-private'),
    publicUrl: `http://127.0.0.1:${(forwarder.address() as AddressInfo).port}`,
    setService(url) {
      service = url
    },
    async control<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await fetch(`${url}/simulator${path}`, {
        method,
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      })
      const answer = await response.json()
      if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
      return answer as T
    },
    async close() {
      await simulator.stop()
      forwarder.closeAllConnections()
      await new Promise(resolve => forwarder.close(resolve))
      await rm(dataDir, { recursive: true })
    },
  }
}

/** Calls the service as the gateway does. Returns the status and the parsed body. */
export async function callService<T = Record<string, unknown>>(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-service-token': serviceToken, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as T }
}
