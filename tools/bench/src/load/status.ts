import { Refused, type Shop } from './shop.ts'
import { closedLoop, type LoadResult } from './shoppers.ts'

export interface StatusLoad {
  orders: readonly { orderId: string; shopper: number }[]
  requests: number
  readers: number
}

/** Reads of orders' states by their owners, as polling pages do. */
export async function readStatuses(
  shop: Shop,
  { orders, requests, readers }: StatusLoad,
): Promise<LoadResult & { answerMs: number[] }> {
  const answerMs: number[] = []
  const result = await closedLoop({ count: requests, shoppers: readers }, async index => {
    const { orderId, shopper } = orders[index % orders.length]!
    const since = performance.now()
    const path = `/api/orders/${orderId}/status`
    const answer = await shop.gateway.send('GET', path, { authorization: shop.bearer(shopper) })
    if (answer.status !== 200) throw new Refused(`GET ${path}`, answer.status, answer.text)
    answerMs.push(performance.now() - since)
  })
  return { ...result, answerMs }
}
