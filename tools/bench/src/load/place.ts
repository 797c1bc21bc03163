import { type Items, orderBody, type PlacedOrder, Refused, type Shop } from './shop.ts'
import { closedLoop, type LoadResult } from './shoppers.ts'

export interface PlaceLoad {
  orders: number
  shoppers: number
  baskets: readonly Items[]
}

export interface PlaceResult extends LoadResult {
  placeMs: number[]
  placed: (PlacedOrder & { shopper: number })[]
  /** Answers that the stock is gone; neither done nor failed. */
  soldOut: number
  soldOutMs: number[]
}

/** Orders that nobody pays. */
export async function placeOrders(shop: Shop, { orders, shoppers, baskets }: PlaceLoad): Promise<PlaceResult> {
  const bodies = baskets.map(orderBody)
  const placeMs: number[] = []
  const placed: PlaceResult['placed'] = []
  const soldOutMs: number[] = []
  const result = await closedLoop({ count: orders, shoppers }, async index => {
    const since = performance.now()
    try {
      const order = await shop.place(index, bodies[index % bodies.length]!)
      placeMs.push(performance.now() - since)
      placed.push({ ...order, shopper: index })
    } catch (error) {
      if (!(error instanceof Refused && error.status === 409)) throw error
      soldOutMs.push(performance.now() - since)
    }
  })
  return { ...result, done: placed.length, placeMs, placed, soldOut: soldOutMs.length, soldOutMs }
}

/** An order that was answered without waiting for its stock, so that nobody was sent to Alipay with it. */
export interface UnopenedOrder {
  orderId: string
  shopper: number
}

/** Orders that are placed with `Prefer: respond-async`. */
export async function placeUnopened(
  shop: Shop,
  { orders, shoppers, baskets }: PlaceLoad,
): Promise<LoadResult & { placed: UnopenedOrder[] }> {
  const bodies = baskets.map(orderBody)
  const placed: UnopenedOrder[] = []
  const result = await closedLoop({ count: orders, shoppers }, async index => {
    placed.push({ orderId: await shop.placeUnopened(index, bodies[index % bodies.length]!), shopper: index })
  })
  return { ...result, placed }
}
