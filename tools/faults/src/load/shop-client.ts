import { setTimeout as pause } from 'node:timers/promises'
import type { Order, PlacedOrder } from '@alipay-checkout/contracts'

/** Where the system under load is reached. */
export interface Doors {
  /** Each gateway by itself: clients go to one and, where that fails, to the other. */
  gatewayUrls: readonly string[]
  simulatorUrl: string
}

/** A final answer that was no success: its status, and the last part of the problem's type or Alipay's code. */
export class Refused extends Error {
  readonly status: number
  readonly why: string
  /** The body, byte for byte. */
  readonly text: string

  constructor({ status, text }: Pick<Answer, 'status' | 'text'>) {
    const parsed = parse(text) as { type?: string; error?: { subCode?: string } } | undefined
    const why = parsed?.type?.split('/').at(-1) ?? parsed?.error?.subCode ?? text.slice(0, 200)
    super(`${status} ${why}`)
    this.status = status
    this.why = why
    this.text = text
  }
}

/** A request that stayed without a final answer, however often it was sent again. */
export class NotHealed extends Error {}

/** An answer as it came. */
export interface Answer {
  status: number
  text: string
  headers: Headers
}

/** One try is given up after this, ms. */
const timeoutMs = 15_000
/** A request that fails is sent again for this long, ms: far beyond the longest fault. */
const healWithinMs = 180_000

interface Request {
  token?: string
  body?: object
  headers?: Record<string, string>
}

async function send(method: string, url: string, { token, body, headers = {} }: Request): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the same request may be answered otherwise in a moment. */
function isPassing({ status, text }: Answer): boolean {
  if (status >= 500 || status === 429) return true
  return status === 409 && text.includes('/problems/request-in-flight')
}

/** Sends it until there is a final answer, each time to the next of these addresses. `onTry` hears what went wrong. */
export async function sendUntilAnswered(
  method: string,
  urls: readonly string[],
  request: Request & { isPassing?: (answer: Answer) => boolean; onTry?: (why: string) => void },
): Promise<Answer> {
  const giveUpAtMs = performance.now() + healWithinMs
  for (let tries = 0; ; tries++) {
    let why: string
    try {
      const answer = await send(method, urls[tries % urls.length] ?? '', request)
      if (!isPassing(answer) && !request.isPassing?.(answer)) return answer
      why = new Refused(answer).message
    } catch (error) {
      why = (error as Error).name === 'TimeoutError' ? 'no answer' : 'cut off'
    }
    request.onTry?.(why)
    if (performance.now() > giveUpAtMs) throw new NotHealed(`${method} ${new URL(urls[0] ?? '').pathname}: ${why}`)
    await pause(Math.min(100 * 2 ** tries, 1_000))
  }
}

/**
 * The calls of one customer, of an admin, and of a buyer at Alipay's cashier. Those to the gateways go on until there is
 * a final answer.
 *
 * @param onTry hears of each try that failed, and why
 * @throws Refused for a final answer that is no success · NotHealed where there never was one
 */
export function shopClient({ gatewayUrls, simulatorUrl }: Doors, onTry: (why: string) => void = () => {}) {
  let turn = 0
  const at = (path: string) => {
    const first = turn++ % gatewayUrls.length
    return [...gatewayUrls.slice(first), ...gatewayUrls.slice(0, first)].map(url => `${url}${path}`)
  }

  async function ask<Body>(
    method: string,
    path: string,
    request: Parameters<typeof sendUntilAnswered>[2],
  ): Promise<Body> {
    const answer = await sendUntilAnswered(method, at(path), { onTry, ...request })
    if (answer.status >= 300) throw new Refused(answer)
    return parse(answer.text) as Body
  }

  async function simulate<Body>(method: string, path: string, body?: object): Promise<Body> {
    const answer = await send(method, `${simulatorUrl}/simulator${path}`, body === undefined ? {} : { body })
    if (answer.status >= 300) throw new Refused(answer)
    return parse(answer.text) as Body
  }

  return {
    /** The answer to a keyed order as it came, success or not. */
    place: (token: string, items: Items, key: string) =>
      sendUntilAnswered('POST', at('/api/orders'), {
        token,
        body: { items },
        headers: { 'idempotency-key': key },
        onTry,
      }),
    readOrder: (token: string, orderId: string) => ask<Order>('GET', `/api/orders/${orderId}`, { token }),
    cancel: (token: string, orderId: string) => ask('POST', `/api/orders/${orderId}/cancel`, { token }),
    payment: (token: string, orderId: string, anotherPayer = false) =>
      ask<{ paymentUrl: string; tradeNo: string }>('POST', `/api/orders/${orderId}/payment`, {
        token,
        body: { as: 'url', anotherPayer },
        // Payment-service hears of the order through Kafka.
        isPassing: ({ status }) => status === 404,
      }),
    refund: (admin: string, orderId: string, { key, ...body }: { key: string } & Record<string, unknown>) =>
      ask('POST', `/api/admin/orders/${orderId}/refunds`, { token: admin, body, headers: { 'idempotency-key': key } }),
    putOnSale: async (admin: string, sku: string, { priceFen, units }: { priceFen: number; units: number }) => {
      await ask('PUT', `/api/admin/products/${sku}`, { token: admin, body: { title: sku, priceFen } })
      const body = { delta: units, reason: 'load' }
      // Sent again until it is answered: the key keeps the units from coming in twice.
      const headers = { 'idempotency-key': `load-${sku}` }
      await ask('POST', `/api/admin/stock/${sku}/adjustments`, { token: admin, body, headers })
    },
    /** Whatever is asked of a gateway, until it has a final answer. */
    tryTo: (method: 'GET' | 'POST', path: string, request: Request) =>
      sendUntilAnswered(method, at(path), { ...request, onTry }),
    scan: (url: string) => simulate('POST', '/open', { url }),
    /** `late`: even where its trade is closed, or its time is over: money that was on its way already. */
    pay: (url: string, { late = false } = {}) => simulate('POST', '/pay', { url, late, withReturnUrl: false }),
    setFaults: (faults: object) => simulate('POST', '/faults', faults),
    clearFaults: () => simulate('DELETE', '/faults'),
  }
}

export type Items = { sku: string; quantity: number }[]
export type ShopClient = ReturnType<typeof shopClient>
export type { PlacedOrder }
