import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type OpenPayment, type PaymentMethod, type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import { createLogger, type HttpApp } from '@alipay-checkout/service-kit'
import { testSecrets } from '@alipay-checkout/test-support'
import { buildGateway } from './app.ts'
import { loadGatewayConfig } from './config.ts'

export interface SeenCall {
  method: string
  path: string
  body: string
  headers: IncomingMessage['headers']
}

type Answer = { status: number; body: unknown; contentType?: string }
type Handler = (call: SeenCall) => Answer | 'hang' | 'cut'

/**
 * An HTTP server in place of the services, to test what the gateway sends and how it handles every response. The system
 * tests run the gateway with the real services.
 */
export interface StandIn {
  url: string
  calls: SeenCall[]
  /** From now on, answers calls such as `POST /orders`; `*` is one segment of a path. The latest rule wins. */
  on(call: string, handler: Handler): void
  /** Deletes all rules and calls, so that the tests of a file can share a gateway: building one takes 300 ms. */
  reset(): void
  close(): Promise<void>
}

/** A stand-in for one service, where a test needs several. */
export async function startStandIn(): Promise<StandIn> {
  const rules: { matches: RegExp; handler: Handler }[] = []
  const calls: SeenCall[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const call = { method: request.method ?? '', path: request.url ?? '', body, headers: request.headers }
    if (call.path !== '/healthz') calls.push(call)
    const name = `${call.method} ${call.path.split('?', 1)[0]}`
    const rule = rules.findLast(({ matches }) => matches.test(name))
    reply(response, rule ? rule.handler(call) : { status: 200, body: {} })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    on(call, handler) {
      rules.push({ matches: new RegExp(`^${call.replaceAll('*', '[^/]+')}$`), handler })
    },
    reset() {
      rules.length = 0
      calls.length = 0
    },
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function reply(response: ServerResponse, answer: ReturnType<Handler>): void {
  if (answer === 'hang') return
  if (answer === 'cut') {
    response.destroy()
    return
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'application/json' }).end(text)
}

/** A problem as a service's response. */
export function problem(type: ProblemType, extra: object = {}): Answer {
  const { status, title } = problemTypes[type]
  const body = { type: `/problems/${type}`, title, status, detail: `because ${type}`, instance: '/inside', ...extra }
  return { status, body, contentType: 'application/problem+json' }
}

export interface TestGateway {
  app: HttpApp
  url: string
  /** With CONSOLE_PORT among the settings. */
  consoleUrl?: string
  standIn: StandIn
  close(): Promise<void>
}

/** Starts a gateway on a free port, with a stand-in for the services and the test stack's Redis. It logs to `logTo`. */
export async function startGateway(
  settings: Record<string, string> = {},
  logTo?: { write(line: string): void },
): Promise<TestGateway> {
  const standIn = await startStandIn()
  const config = loadGatewayConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    GATEWAY_PORT: '0',
    PUBLIC_URL: 'http://shop.test',
    REDIS_URL: process.env.TEST_REDIS_URL,
    ORDER_SERVICE_URL: standIn.url,
    PAYMENT_SERVICE_URL: standIn.url,
    INVENTORY_SERVICE_URL: standIn.url,
    DEMO_LOGIN: 'true',
    ...testSecrets,
    ...settings,
  })
  const { app, consoleApp } = await buildGateway({ config, logger: createLogger('gateway', config.LOG_LEVEL, logTo) })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const consoleUrl = await consoleApp?.listen({ host: '127.0.0.1', port: config.CONSOLE_PORT ?? 0 })
  return {
    app,
    url,
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
    standIn,
    async close() {
      await app.close()
      await standIn.close()
    },
  }
}

export const orderId = 'ord_0190a7c8d9e07b1c8d2e3f4051627384'

/** An order as order-service returns it. */
export function orderBody(changes: object = {}) {
  return {
    orderId,
    status: 'PENDING',
    orderStatus: 'PENDING_PAYMENT',
    totalFen: 25_800,
    currency: 'CNY',
    items: [{ sku: 'tea-01', title: '明前龙井 50g', quantity: 2, unitPriceFen: 12_900 }],
    adjustments: [],
    fulfilmentStatus: 'UNFULFILLED',
    createdAt: '2026-01-15T10:00:00.000Z',
    expiresAt: '2026-01-15T10:30:00.000Z',
    ...changes,
  }
}

/** What each method gives, as payment-service returns it. */
export const contents: Record<PaymentMethod, string> = {
  alipay_page: 'https://openapi.alipay.test/gateway.do?method=alipay.trade.page.pay&sign=abc',
  alipay_wap: 'https://openapi.alipay.test/gateway.do?method=alipay.trade.wap.pay&sign=abc',
  alipay_app: 'app_id=2021000000000001&method=alipay.trade.app.pay&sign=abc',
  alipay_jsapi: '2026011522001400000000000001',
  alipay_qr: 'https://qr.alipay.com/bax03431ljhokirwl38f00a7',
}

/** Answers `POST /payments/open` as payment-service does; the number of the trade is that of the second attempt. */
export function openAsAsked({ body }: SeenCall): Answer {
  const { method, as } = JSON.parse(body) as OpenPayment
  const content = as === 'form' ? '<form></form>' : contents[method]
  return { status: 200, body: { orderId, outTradeNo: `${orderId}_2`, method, content } }
}

/** A well-formed Alipay notify, whose signature payment-service would refuse. */
export function notifyForm(changes: Record<string, string> = {}): string {
  const fields = {
    notify_id: '2026011500222100000000000000000001',
    notify_type: 'trade_status_sync',
    app_id: '2021000000000001',
    seller_id: '2088000000000001',
    out_trade_no: orderId,
    trade_no: '2026011522001400000000000001',
    trade_status: 'TRADE_SUCCESS',
    total_amount: '258.00',
    subject: '明前龙井 50g',
    sign_type: 'RSA2',
    sign: `${'a+/b'.repeat(85)}ab==`,
    ...changes,
  }
  return new URLSearchParams(fields).toString()
}
