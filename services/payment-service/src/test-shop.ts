import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KeyMode, type Product, startSimulator } from '@alipay-checkout/alipay-simulator'

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
  /** The settings for certificate mode as of now; empty texts in key mode. */
  readonly certificates: { ALIPAY_APP_CERT: string; ALIPAY_ROOT_CERT: string; ALIPAY_PUBLIC_CERT: string }
  /** PUBLIC_URL for the service: forwards notifies as the gateway does, with the service token. */
  publicUrl: string
  /** Sets the service that notifies are forwarded to. */
  setService(url: string): void
  /** Calls the simulator's control API. */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>
  close(): Promise<void>
}

/** The simulator's files with private keys, shared by all simulators of a process because generating keys is slow. */
const keyFiles = Object.fromEntries(
  ['app', 'alipay'].map(owner => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return [`${owner}-private-key.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()]
  }),
)

/**
 * Starts a real simulator, and a server that forwards its notifies as the gateway does. The simulator runs in the test's
 * process, because starting another process takes 2 seconds of CPU time.
 */
export async function startAlipayForTests(
  options: { keyMode?: KeyMode; products?: readonly Product[]; buyerIds?: 'open' | 'both' } = {},
): Promise<AlipayForTests> {
  const dataDir = await mkdtemp(join(tmpdir(), 'payment-service-alipay-'))
  for (const [name, pem] of Object.entries(keyFiles)) await writeFile(join(dataDir, name), pem)
  // A test may replace the clock of the service; this is the system's.
  const now = Date.now
  const simulator = await startSimulator({ dataDir, timeScale: 1_000, refundGapMs: 0, now, keyMode: 'key', ...options })
  const { url, gatewayUrl, appId, sellerId, alipayPublicKey } = simulator
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
    appPrivateKey: keyFiles['app-private-key.pem'] ?? '',
    alipayPublicKey,
    alipayPrivateKey: keyFiles['alipay-private-key.pem'] ?? '',
    get certificates() {
      return {
        ALIPAY_APP_CERT: simulator.appCertificate ?? '',
        ALIPAY_ROOT_CERT: simulator.rootCertificates ?? '',
        ALIPAY_PUBLIC_CERT: simulator.alipayCertificate ?? '',
      }
    },
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
      await simulator.close()
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
