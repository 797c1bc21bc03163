import { type AlipayVoice, signNotifies } from './notifies.ts'
import { openResultPage } from './result-page.ts'
import { type Items, orderBody, type Shop, type ShopAddress } from './shop.ts'

export interface SingleLoad {
  orders: number
  basket: Items
  totalFen: number
  voice: AlipayVoice
}

/** What one shopper sees while nobody else is there, ms. */
export interface SingleResult {
  placeMs: number[]
  /** From sending the notify until `success` was answered. */
  notifyAnswerMs: number[]
  /** From sending the notify until the browser was told. */
  pushMs: number[]
}

/**
 * One shopper, one order after the other, each watched by its result page. Alipay must have been told not to send its
 * notifies: they are sent from here, so that the time between a notify and its push is known.
 */
export async function runSingle(shop: Shop, { gatewayUrl }: ShopAddress, load: SingleLoad): Promise<SingleResult> {
  const body = orderBody(load.basket)
  const result: SingleResult = { placeMs: [], notifyAnswerMs: [], pushMs: [] }
  for (let shopper = 0; shopper < load.orders; shopper++) {
    const startedAt = performance.now()
    const order = await shop.place(shopper, body)
    result.placeMs.push(performance.now() - startedAt)
    const page = openResultPage(shop, gatewayUrl, order.orderId, shopper)
    await page.shown
    const tradeNo = await shop.pay(order)
    const [form] = signNotifies(load.voice, [{ outTradeNo: order.orderId, tradeNo, totalFen: load.totalFen }])
    const sentAt = performance.now()
    const answered = shop.notify(form!).then(() => performance.now() - sentAt)
    result.pushMs.push((await page.paid) - sentAt)
    result.notifyAnswerMs.push(await answered)
    page.close()
  }
  return result
}
