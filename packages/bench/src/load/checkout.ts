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
}

/** Whole checkouts: each shopper places an order, pays it, waits for PAID, and starts over as somebody else. */
export async function runCheckouts(
  shop: Shop,
  { orders, shoppers, baskets }: CheckoutLoad,
): Promise<LoadResult & CheckoutTimes> {
  const times: CheckoutTimes = { placeMs: [], paidMs: [], checkoutMs: [] }
  const bodies = baskets.map(orderBody)
  const result = await closedLoop({ count: orders, shoppers }, async index => {
    const startedAt = performance.now()
    const order = await shop.place(index, bodies[index % bodies.length]!)
    const placedAt = performance.now()
    const paid = shop.paid.next(order.orderId)
    // Nobody listens yet if paying fails.
    paid.catch(() => {})
    await shop.pay(order)
    const payedAt = performance.now()
    await paid
    const paidAt = performance.now()
    times.placeMs.push(placedAt - startedAt)
    // The notify may have been quicker than the answer to whoever paid.
    times.paidMs.push(Math.max(0, paidAt - payedAt))
    times.checkoutMs.push(paidAt - startedAt)
  })
  return { ...result, ...times }
}
