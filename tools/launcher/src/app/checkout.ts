import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { StartFailure } from '../failure.ts'
import { waitUntil } from '../wait-until.ts'
import { CallFailed, call } from './call.ts'
import { signToken, type TokenSettings } from './token.ts'
import { type SeenEvent, watchEvents } from './watch-events.ts'

/** Where a running system is reached. */
export interface CheckoutTarget {
  /** Without a path. */
  gatewayUrl: string
  tokens: TokenSettings
  kafkaBrokers: string
}

/** One whole purchase. */
export interface Checkout {
  orderId: string
  orderStatus: string
  paymentUrl: string
  outTradeNo: string
  /** Alipay's number. */
  tradeNo: string
  totalFen: number
  timeline: SeenEvent[]
  /** From placing the order until it was paid. */
  durationMs: number
}

interface ProductPage {
  items: { sku: string; available: number }[]
  nextCursor: string | null
}

interface PlacedOrder {
  order: { orderId: string; totalFen: number }
  paymentUrl: string
  tradeNo: string
}

const paidTimeoutMs = 30_000
/** order-service learns of a new product from an event: right after the first start it may not know it yet. */
const catalogueTimeoutMs = 15_000

/**
 * Buys one thing as a customer would: places an order, pays at the simulated Alipay, and waits until the shop says that
 * it is paid, while watching the events that downstream systems read.
 *
 * @throws Error saying which step failed
 */
export async function runCheckout(target: CheckoutTarget): Promise<Checkout> {
  const token = signToken(target.tokens, `demo-${randomUUID()}`)
  const sku = await chooseProduct(target.gatewayUrl)
  const watch = await watchEvents(target.kafkaBrokers)
  try {
    const startedAtMs = performance.now()
    const placed = await placeOrder(target.gatewayUrl, token, sku)
    const { orderId, totalFen } = placed.order
    const trade = await payAtSimulator(await alipayPageOf(placed.paymentUrl, target.gatewayUrl))
    const orderStatus = await waitUntilPaid(target.gatewayUrl, orderId, token)
    const durationMs = Math.round(performance.now() - startedAtMs)
    await waitUntil(async () => (watch.of(orderId).some(seen => seen.event === 'OrderPaid') ? true : undefined), {
      timeoutMs: paidTimeoutMs,
    })
    const { paymentUrl, tradeNo: outTradeNo } = placed
    const timeline = watch.of(orderId)
    return { orderId, orderStatus, paymentUrl, outTradeNo, tradeNo: trade.tradeNo, totalFen, timeline, durationMs }
  } finally {
    await watch.stop()
  }
}

/** The first tea where it can be bought, else any other product that can. */
async function chooseProduct(gatewayUrl: string): Promise<string> {
  let cursor: string | null = null
  do {
    const path: string = cursor === null ? '/api/products' : `/api/products?cursor=${cursor}`
    const page = await call<ProductPage>('GET', gatewayUrl + path)
    const onSale = page.items.filter(product => product.available > 0)
    const chosen = onSale.find(product => product.sku === 'tea-01') ?? onSale[0]
    if (chosen !== undefined) return chosen.sku
    cursor = page.nextCursor
  } while (cursor !== null)
  throw new StartFailure('Choosing a product', 'nothing is on sale', 'Add products and stock through the admin routes')
}

async function placeOrder(gatewayUrl: string, token: string, sku: string): Promise<PlacedOrder> {
  const body = { items: [{ sku, quantity: 1 }] }
  const attempt = () =>
    call<PlacedOrder>('POST', `${gatewayUrl}/api/orders`, { token, body, headers: { 'idempotency-key': randomUUID() } })
  const endAtMs = performance.now() + catalogueTimeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const notKnownYet = error instanceof CallFailed && error.problem === 'unknown-sku'
      if (!notKnownYet || performance.now() > endAtMs) throw error
      await delay(50)
    }
  }
}

async function waitUntilPaid(gatewayUrl: string, orderId: string, token: string): Promise<string> {
  const look = () =>
    call<{ status: string; orderStatus: string }>('GET', `${gatewayUrl}/api/orders/${orderId}/status`, { token })
  const decided = await waitUntil(
    async () => {
      const answer = await look()
      return answer.status === 'PENDING' ? undefined : answer
    },
    { timeoutMs: paidTimeoutMs, everyMs: 60 },
  )
  if (decided.status !== 'PAID') throw new Error(`order ${orderId} was not paid: it is ${decided.orderStatus}`)
  return decided.orderStatus
}

/** Alipay's page. When payment-service was late, the gateway gave its own link instead, which goes there once it can. */
async function alipayPageOf(paymentUrl: string, gatewayUrl: string): Promise<string> {
  const { pathname } = new URL(paymentUrl)
  if (!pathname.startsWith('/pay/')) return paymentUrl
  const follow = async () => {
    const answer = await fetch(`${gatewayUrl}${pathname}`, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    return answer.headers.get('location') ?? undefined
  }
  return waitUntil(follow, { timeoutMs: paidTimeoutMs, everyMs: 200 })
}

async function payAtSimulator(alipayPage: string): Promise<{ tradeNo: string }> {
  const { origin } = new URL(alipayPage)
  try {
    return await call('POST', `${origin}/simulator/pay`, { body: { url: alipayPage } })
  } catch (error) {
    const remedy = 'A sample can only be paid at the simulator: unset the ALIPAY_… variables to use it'
    throw new StartFailure('Paying at the simulated Alipay', (error as Error).message, remedy)
  }
}
