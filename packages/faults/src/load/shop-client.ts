import type { Order, PlacedOrder } from '@alipay-checkout/contracts'

/** Where the system under load is reached. */
export interface Doors {
  gatewayUrl: string
  simulatorUrl: string
}

/** An answer that was no success: its status, and the last part of the problem's type or Alipay's code. */
export class Refused extends Error {
  readonly status: number
  readonly why: string

  constructor(status: number, why: string) {
    super(`${status} ${why}`)
    this.status = status
    this.why = why
  }
}

/** A request is given up after this, ms. */
const timeoutMs = 20_000

async function send<Body>(
  method: string,
  url: string,
  { token, body, headers = {} }: { token?: string; body?: object; headers?: Record<string, string> } = {},
): Promise<Body> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await answer.text()
  const parsed = parse(text) as { type?: string; error?: { subCode?: string } } | undefined
  if (answer.ok) return parsed as Body
  throw new Refused(answer.status, parsed?.type?.split('/').at(-1) ?? parsed?.error?.subCode ?? text.slice(0, 200))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The calls of one customer, of an admin, and of a buyer at Alipay's cashier. */
export function shopClient({ gatewayUrl, simulatorUrl }: Doors) {
  return {
    place: (token: string, items: { sku: string; quantity: number }[], key: string) =>
      send<PlacedOrder>('POST', `${gatewayUrl}/api/orders`, {
        token,
        body: { items },
        headers: { 'idempotency-key': key },
      }),
    readOrder: (token: string, orderId: string) => send<Order>('GET', `${gatewayUrl}/api/orders/${orderId}`, { token }),
    cancel: (token: string, orderId: string) => send('POST', `${gatewayUrl}/api/orders/${orderId}/cancel`, { token }),
    payment: (token: string, orderId: string, anotherPayer = false) =>
      send<{ paymentUrl: string; tradeNo: string }>('POST', `${gatewayUrl}/api/orders/${orderId}/payment`, {
        token,
        body: { as: 'url', anotherPayer },
      }),
    refund: (admin: string, orderId: string, body: object) =>
      send('POST', `${gatewayUrl}/api/admin/orders/${orderId}/refunds`, { token: admin, body }),
    putOnSale: async (admin: string, sku: string, { priceFen, units }: { priceFen: number; units: number }) => {
      await send('PUT', `${gatewayUrl}/api/admin/products/${sku}`, { token: admin, body: { title: sku, priceFen } })
      const body = { delta: units, reason: 'mixed run' }
      await send('POST', `${gatewayUrl}/api/admin/stock/${sku}/adjustments`, { token: admin, body })
    },
    scan: (url: string) => send('POST', `${simulatorUrl}/simulator/open`, { body: { url } }),
    /** `late`: even where its trade is closed, or its time is over: money that was on its way already. */
    pay: (url: string, { late = false } = {}) =>
      send('POST', `${simulatorUrl}/simulator/pay`, { body: { url, late, withReturnUrl: false } }),
    setFaults: (faults: object) => send('POST', `${simulatorUrl}/simulator/faults`, { body: faults }),
    clearFaults: () => send('DELETE', `${simulatorUrl}/simulator/faults`),
  }
}

export type ShopClient = ReturnType<typeof shopClient>
