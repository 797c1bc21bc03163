import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess, waitUntil } from '@alipay-checkout/test-support'

export const serviceToken = 'a-service-token-for-tests'

/** A fresh order id, as order-service makes them. */
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
  /** What Alipay signs with: lets a test sign what the real one never would. */
  alipayPrivateKey: string
  /** PUBLIC_URL for the service: passes notifies on as the gateway does, with the service token. */
  publicUrl: string
  /** Where notifies are passed on to. */
  setService(url: string): void
  /** Calls the simulator's control API. */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>
  close(): Promise<void>
}

/**
 * A real simulator, and the piece of the gateway that passes its notifies on. It is a process of its own: the SDK's HTTP
 * client changes how sockets end for its whole process, and the simulator's connections would suffer from that.
 */
export async function startAlipayForTests(): Promise<AlipayForTests> {
  const dataDir = await mkdtemp(join(tmpdir(), 'payment-service-alipay-'))
  const args = ['--port', '0', '--data-dir', dataDir, '--time-scale', '1000', '--refund-gap-ms', '0']
  const simulator = startProcess('tools/alipay-simulator/bin/alipay-simulator.ts', { args: [...args, '--json'] })
  await waitUntil(() => simulator.output().includes('gatewayUrl'), { what: 'the simulator listens', timeoutMs: 30_000 })
  const { url, gatewayUrl, appId, sellerId } = JSON.parse(simulator.output().split('\n', 1)[0] as string)
  const key = (name: string) => readFile(join(dataDir, `${name}-key.pem`), 'utf8')
  let service: string | undefined
  const passOn = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = service
      ? await fetch(`${service}/notify`, {
          method: 'POST',
          headers: { 'content-type': request.headers['content-type'] ?? '', 'x-service-token': serviceToken },
          body: Buffer.concat(chunks),
        }).then(reply => reply.text())
      : 'failure'
    response.end(answer)
  }).listen(0, '127.0.0.1')
  await once(passOn, 'listening')
  return {
    gatewayUrl,
    appId,
    sellerId,
    appPrivateKey: await key('app-private'),
    alipayPublicKey: await key('alipay-public'),
    alipayPrivateKey: await key('alipay-private'),
    publicUrl: `http://127.0.0.1:${(passOn.address() as AddressInfo).port}`,
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
      passOn.closeAllConnections()
      await new Promise(resolve => passOn.close(resolve))
      await rm(dataDir, { recursive: true })
    },
  }
}

/** Calls the service as the gateway does. Gives the status and the parsed body. */
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
