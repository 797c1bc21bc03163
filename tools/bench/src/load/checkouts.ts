import { setTimeout as delay } from 'node:timers/promises'
import { closedLoop, type LoadResult } from './closed-loop.ts'
import { type OrderKind, type PlacedOrder, Refused, type Shop } from './shop.ts'

/** Orders by many shoppers at the same time. */
export interface OrderLoad {
  orders: number
  shoppers: number
  /** Bought in turn, one unit each. */
  skus: readonly string[]
  kind?: OrderKind
}

/** Durations of the steps of each order, ms. */
interface CheckoutTimes {
  /** From sending the order to the link to Alipay. */
  placeMs: number[]
  /** From Alipay's confirmation of the payment to PAID. */
  paidMs: number[]
  /** From sending the order to PAID. */
  checkoutMs: number[]
  /** Orders whose response came before the stock result or Alipay's link. */
  late: number
}

export type CheckoutResult = LoadResult & CheckoutTimes

const noTimes = (): CheckoutTimes => ({ placeMs: [], paidMs: [], checkoutMs: [], late: 0 })

/** Whole checkouts: each shopper places an order, pays it, waits for PAID, and starts again as another customer. */
export async function runCheckouts(shop: Shop, { orders, shoppers, skus, kind }: OrderLoad): Promise<CheckoutResult> {
  const times = noTimes()
  const result = await closedLoop({ count: orders, concurrency: shoppers }, index =>
    buy(shop, { shopper: index, sku: skus[index % skus.length]!, kind }, performance.now(), times),
  )
  return { ...result, ...times }
}

export interface PacedLoad {
  ordersPerSecond: number
  seconds: number
  skus: readonly string[]
}

/** Shorter waits than this are skipped, ms. */
const tickMs = 1

/**
 * Whole checkouts at fixed times, whatever became of earlier ones, at several shops in turn. Durations count from when an
 * order was due.
 */
export async function runPaced(
  shops: readonly [Shop, ...Shop[]],
  { ordersPerSecond, seconds, skus }: PacedLoad,
): Promise<CheckoutResult> {
  const times = noTimes()
  const failures: string[] = []
  const count = Math.round(ordersPerSecond * seconds)
  const startedAt = performance.now()
  const running: Promise<unknown>[] = []
  for (let index = 0; index < count; index++) {
    const dueAt = startedAt + (index * 1_000) / ordersPerSecond
    const earlyMs = dueAt - performance.now()
    if (earlyMs > tickMs) await delay(earlyMs)
    const shop = shops[index % shops.length] as Shop
    const checkout = buy(shop, { shopper: index, sku: skus[index % skus.length]! }, dueAt, times)
    running.push(checkout.catch(error => failures.push((error as Error).message)))
  }
  await Promise.all(running)
  return { ...times, done: times.checkoutMs.length, failures, elapsedMs: performance.now() - startedAt }
}

/** One checkout. Adds its durations, counted from `startedAt`, to `times`. */
async function buy(
  shop: Shop,
  { shopper, sku, kind }: { shopper: number; sku: string; kind?: OrderKind | undefined },
  startedAt: number,
  times: CheckoutTimes,
): Promise<void> {
  const order = await shop.place(shopper, sku, kind)
  const placedAt = performance.now()
  const paid = shop.paid.next(order.orderId)
  await shop.pay(order)
  const confirmedAt = performance.now()
  await paid
  const paidAt = performance.now()
  if (order.isLate) times.late++
  times.placeMs.push(placedAt - startedAt)
  times.paidMs.push(paidAt - confirmedAt)
  times.checkoutMs.push(paidAt - startedAt)
}

/** Orders that are not paid. `soldOut` counts refusals for lack of stock, which are no failures. */
export async function placeOrders(
  shop: Shop,
  { orders, shoppers, skus }: OrderLoad,
): Promise<LoadResult & { placed: PlacedOrder[]; soldOut: number }> {
  const placed: PlacedOrder[] = []
  let soldOut = 0
  const result = await closedLoop({ count: orders, concurrency: shoppers }, async index => {
    try {
      placed.push(await shop.place(index, skus[index % skus.length]!))
    } catch (error) {
      if (!(error instanceof Refused && error.status === 409)) throw error
      soldOut++
    }
  })
  return { ...result, done: placed.length, placed, soldOut }
}
