import { type Items, orderBody, type Shop } from './shop.ts'
import { closedLoop, type LoadResult } from './shoppers.ts'

export interface CheckoutLoad {
  orders: number
  shoppers: number
  /** Bought in turn. */
  baskets: readonly Items[]
}

/** How long the steps of each order took, ms. */
export interface CheckoutTimes {
  /** From asking for the order until the signed URL was there. */
  placeMs: number[]
  /** From Alipay's taking the money until the order was PAID. */
  paidMs: number[]
  /** From asking for the order until it was PAID. */
  checkoutMs: number[]
  /** Orders whose answer came before their stock's verdict or Alipay's link was there. */
  late: number
}

export function noTimes(): CheckoutTimes {
  return { placeMs: [], paidMs: [], checkoutMs: [], late: 0 }
}

/** Whole checkouts: each shopper places an order, pays it, waits for PAID, and starts over as somebody else. */
export async function runCheckouts(
  shop: Shop,
  { orders, shoppers, baskets }: CheckoutLoad,
): Promise<LoadResult & CheckoutTimes> {
  const times = noTimes()
  const bodies = baskets.map(orderBody)
  const result = await closedLoop({ count: orders, shoppers }, index =>
    buyOne(shop, index, bodies[index % bodies.length]!, performance.now(), times),
  )
  return { ...result, ...times }
}

/**
 * One whole checkout.
 *
 * @param startedAt when it was due to begin
 * @param times where its times are added
 */
export async function buyOne(
  shop: Shop,
  shopper: number,
  body: string,
  startedAt: number,
  times: CheckoutTimes,
): Promise<void> {
  const order = await shop.place(shopper, body)
  const placedAt = performance.now()
  const paid = shop.paid.next(order.orderId)
  // Nobody listens yet if paying fails.
  paid.catch(() => {})
  await shop.pay(order)
  const payedAt = performance.now()
  await paid
  const paidAt = performance.now()
  if (order.late) times.late++
  times.placeMs.push(placedAt - startedAt)
  times.paidMs.push(paidAt - payedAt)
  times.checkoutMs.push(paidAt - startedAt)
}
