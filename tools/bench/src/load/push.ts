import { openResultPage, type ResultPage } from './result-page.ts'
import type { PlacedOrder, Shop, ShopAddress } from './shop.ts'
import { closedLoop, type LoadResult } from './shoppers.ts'

/** Orders in the sequence in which they were placed by shoppers 0, 1, 2, …. */
export type WatchedOrders = readonly (PlacedOrder & { shopper: number })[]

/** Pages under way to be opened at the same time. */
const openingAtOnce = 50

/** Opens a result page for each order and keeps them all. */
export async function openPages(shop: Shop, { gatewayUrl }: ShopAddress, orders: WatchedOrders): Promise<ResultPage[]> {
  const pages: ResultPage[] = new Array(orders.length)
  const { failures } = await closedLoop({ count: orders.length, shoppers: openingAtOnce }, async index => {
    const { orderId, shopper } = orders[index]!
    const page = openResultPage(shop, gatewayUrl, orderId, shopper)
    pages[index] = page
    await page.shown
  })
  if (failures.length > 0) throw new Error(`${failures.length} pages could not be opened: ${failures[0]}`)
  return pages
}

/** Pays every order; tells how long each page waited from then on, ms. */
export async function payWatched(
  shop: Shop,
  pages: readonly ResultPage[],
  { orders, payers }: { orders: WatchedOrders; payers: number },
): Promise<LoadResult & { pushMs: number[] }> {
  const pushMs: number[] = []
  const result = await closedLoop({ count: orders.length, shoppers: payers }, async index => {
    await shop.pay(orders[index]!)
    const payedAt = performance.now()
    // The notify may have been quicker than the answer to whoever paid.
    pushMs.push(Math.max(0, (await pages[index]!.paid) - payedAt))
  })
  return { ...result, pushMs }
}
