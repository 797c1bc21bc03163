import { signToken } from '@alipay-checkout/local-stack'
import { Agent, request } from 'undici'
import type { PaidOrders } from './paid-orders.ts'

/** How long the steps of one order took, ms. */
export interface OrderTimes {
  /** From asking for the order until the signed URL was there. */
  placeMs: number
  /** From Alipay's taking the money until the order was PAID. */
  notifyToPaidMs: number
  /** From asking for the order until it was PAID. */
  checkoutMs: number
}

export interface LoadResult {
  times: OrderTimes[]
  /** Orders that did not come to PAID, with the reason. */
  failures: string[]
  elapsedMs: number
}

interface LoadOptions {
  gatewayUrl: string
  simulatorUrl: string
  jwtSecret: string
  skus: readonly string[]
  /** Shoppers at work at the same time; each buys, pays, waits for PAID, and starts over as somebody else. */
  shoppers: number
  orders: number
  paid: PaidOrders
}

/** Lets shoppers buy until `orders` have been tried. */
export async function runShoppers(options: LoadOptions): Promise<LoadResult> {
  const { orders, shoppers, skus } = options
  const agent = new Agent({ connections: shoppers, pipelining: 1, keepAliveTimeout: 30_000 })
  const tokens = Array.from({ length: Math.min(orders, 500) }, (_, index) =>
    signToken(options.jwtSecret, `bench-${index}`),
  )
  const times: OrderTimes[] = []
  const failures: string[] = []
  let next = 0

  async function post<T>(url: string, body: object, headers: Record<string, string> = {}): Promise<T> {
    const answer = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300)
      throw new Error(`${new URL(url).pathname} answered ${answer.statusCode}: ${text.slice(0, 200)}`)
    return JSON.parse(text) as T
  }

  async function buy(index: number): Promise<OrderTimes> {
    const startedAt = performance.now()
    const placed = await post<{ order: { orderId: string }; paymentUrl: string }>(
      `${options.gatewayUrl}/api/orders`,
      { items: [{ sku: skus[index % skus.length], quantity: 1 }] },
      { authorization: `Bearer ${tokens[index % tokens.length]}` },
    )
    const placedAt = performance.now()
    const paid = options.paid.next(placed.order.orderId)
    await post(`${options.simulatorUrl}/simulator/pay`, { url: placed.paymentUrl, withReturnUrl: false })
    const payedAt = performance.now()
    await paid
    const paidAt = performance.now()
    return { placeMs: placedAt - startedAt, notifyToPaidMs: paidAt - payedAt, checkoutMs: paidAt - startedAt }
  }

  async function shop(): Promise<void> {
    for (let index = next++; index < orders; index = next++) {
      try {
        times.push(await buy(index))
      } catch (error) {
        failures.push((error as Error).message)
      }
    }
  }

  const startedAt = performance.now()
  await Promise.all(Array.from({ length: shoppers }, shop))
  const elapsedMs = performance.now() - startedAt
  await agent.close()
  return { times, failures, elapsedMs }
}
