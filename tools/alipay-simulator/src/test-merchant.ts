import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBeijing } from './beijing-time.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from './index.ts'
import { AlipaySdk } from './test-sdk.ts'

/** For tests: a notify that the merchant has received. */
interface Received {
  readonly fields: Record<string, string>
  readonly contentType: string
  readonly at: number
}

type SdkOptions = Partial<ConstructorParameters<typeof AlipaySdk>[0]>

interface Answer {
  readonly status?: number
  readonly body?: string
  readonly location?: string
}

/** For tests: a shop with a real HTTP server and the real SDK, and a simulator in a folder of its own. */
export interface Merchant {
  readonly simulator: Simulator
  readonly sdk: AlipaySdk
  readonly notifyUrl: string
  readonly dataDir: string
  readonly received: Received[]
  /** The merchant's responses to the next notifies, in turn; the last one stays. */
  answerWith(...answers: Answer[]): void
  /** A signed page-pay URL. `biz` replaces fields; undefined omits one. */
  payUrl(outTradeNo: string, biz?: Record<string, unknown>, extra?: Record<string, string>): string
  control(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; json: Record<string, never> & { [key: string]: unknown } }>
  restart(options?: Partial<SimulatorOptions>): Promise<void>
  close(): Promise<void>
}

export const RETURN_URL = 'http://127.0.0.1:9/payment/result?order_id=o%20%26%2F1&t=1&sign=ab'

export async function openMerchant(
  options: Partial<SimulatorOptions> = {},
  sdkOptions: SdkOptions = {},
): Promise<Merchant> {
  const dataDir = await mkdtemp(join(tmpdir(), 'alipay-simulator-'))
  const received: Received[] = []
  let answers: readonly Answer[] = [{}]
  const shop = createServer(async (request, response) => {
    const fields = Object.fromEntries(new URLSearchParams(await textOf(request)))
    received.push({ fields, contentType: request.headers['content-type'] ?? '', at: Date.now() })
    const answer = answers[0] ?? {}
    if (answers.length > 1) answers = answers.slice(1)
    const headers = answer.location ? { location: answer.location } : {}
    response.writeHead(answer.status ?? 200, headers).end(answer.body ?? 'success')
  }).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  const notifyUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/api/payment/notify`
  let simulator = await startWithSharedKeys({ dataDir, ...options })
  let sdk = sdkFor(simulator, sdkOptions)

  return {
    get simulator() {
      return simulator
    },
    get sdk() {
      return sdk
    },
    notifyUrl,
    dataDir,
    received,
    answerWith(...next) {
      answers = next
    },
    payUrl(outTradeNo, biz = {}, extra = {}) {
      return sdk.pageExecute('alipay.trade.page.pay', 'GET', {
        notify_url: notifyUrl,
        return_url: RETURN_URL,
        ...extra,
        bizContent: pagePayContent(outTradeNo, biz),
      })
    },
    async control(method, path, body) {
      const response = await fetch(`${simulator.url}/simulator${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      })
      return { status: response.status, json: await response.json() }
    },
    async restart(changed = {}) {
      await simulator.close()
      simulator = await startSimulator({ dataDir, ...options, ...changed })
      sdk = sdkFor(simulator, sdkOptions)
    },
    async close() {
      await simulator.close()
      shop.closeAllConnections()
      await new Promise(resolve => shop.close(resolve))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Generating keys is slow, so all merchants of a test process share the first ones. */
const sharedKeys = new Map<string, string>()
const SHARED_FILES = ['app-private-key.pem', 'alipay-private-key.pem', 'certificate-authority.pem']

async function startWithSharedKeys(options: SimulatorOptions): Promise<Simulator> {
  for (const [file, pem] of sharedKeys) await writeFile(join(options.dataDir, file), pem)
  const simulator = await startSimulator(options)
  for (const file of SHARED_FILES) {
    const pem = await readFile(join(options.dataDir, file), 'utf8').catch(() => undefined)
    if (pem !== undefined) sharedKeys.set(file, pem)
  }
  return simulator
}

/** A valid biz_content in snake_case with changes. */
export function pagePayContent(outTradeNo: string, changed: Record<string, unknown> = {}): Record<string, unknown> {
  const sound = {
    out_trade_no: outTradeNo,
    total_amount: '258.00',
    subject: `订单支付: ${outTradeNo}`,
    product_code: 'FAST_INSTANT_TRADE_PAY',
    time_expire: toBeijing(Date.now() + 30 * 60_000),
  }
  return Object.fromEntries(Object.entries({ ...sound, ...changed }).filter(([, value]) => value !== undefined))
}

export function sdkFor(simulator: Simulator, changed: SdkOptions = {}): AlipaySdk {
  return new AlipaySdk({
    appId: simulator.appId,
    privateKey: simulator.appPrivateKey ?? '',
    keyType: 'PKCS8',
    ...(simulator.appCertificate
      ? {
          appCertContent: simulator.appCertificate,
          alipayPublicCertContent: simulator.alipayCertificate!,
          alipayRootCertContent: simulator.rootCertificates!,
        }
      : { alipayPublicKey: simulator.alipayPublicKey }),
    gateway: simulator.gatewayUrl,
    camelcase: false,
    ...changed,
  })
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
