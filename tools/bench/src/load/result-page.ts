import { closedLoop, type LoadResult } from './closed-loop.ts'
import { type NotifySigner, signNotifies } from './notifies.ts'
import type { PlacedOrder, Shop } from './shop.ts'

/** A result page: a WebSocket that waits for its order to be paid. */
export interface ResultPage {
  order: PlacedOrder
  /** Resolves when the page has received the present status. */
  opened: Promise<void>
  /** Resolves with the time of PAID, ms. Rejects when the socket closes before. */
  paid: Promise<number>
  close(): void
}

function openPage(shop: Shop, gatewayUrl: string, order: PlacedOrder): ResultPage {
  const opened = Promise.withResolvers<void>()
  const paid = Promise.withResolvers<number>()
  // A caller may await only one of them.
  opened.promise.catch(() => {})
  paid.promise.catch(() => {})
  const token = shop.bearer(order.shopper).replace('Bearer ', 'bearer.')
  const address = `${gatewayUrl.replace(/^http/, 'ws')}/ws/order-status?order_id=${order.orderId}`
  const socket = new WebSocket(address, ['order-status', token])
  socket.addEventListener('message', ({ data }) => {
    opened.resolve()
    if (String(data).includes('"status":"PAID"')) paid.resolve(performance.now())
  })
  socket.addEventListener('close', ({ code, reason }) => {
    const error = new Error(`the result page was closed: ${code} ${reason}`)
    opened.reject(error)
    paid.reject(error)
  })
  return { order, opened: opened.promise, paid: paid.promise, close: () => socket.close() }
}

/** Opens a result page for each order, 50 at a time, and keeps all of them open. */
export async function openPages(shop: Shop, gatewayUrl: string, orders: readonly PlacedOrder[]): Promise<ResultPage[]> {
  const pages: ResultPage[] = []
  const { failures } = await closedLoop({ count: orders.length, concurrency: 50 }, async index => {
    const page = openPage(shop, gatewayUrl, orders[index]!)
    pages.push(page)
    await page.opened
  })
  if (failures.length > 0) throw new Error(`${failures.length} pages could not be opened: ${failures[0]}`)
  return pages
}

/** Pays the order of every page. `pushMs`: from the payment to the page's PAID. */
export async function payPages(
  shop: Shop,
  pages: readonly ResultPage[],
  payers: number,
): Promise<LoadResult & { pushMs: number[] }> {
  const pushMs: number[] = []
  const result = await closedLoop({ count: pages.length, concurrency: payers }, async index => {
    const { order, paid } = pages[index]!
    await shop.pay(order)
    const paidAt = performance.now()
    // The notify may arrive before the simulator's response to the payment.
    pushMs.push(Math.max(0, (await paid) - paidAt))
  })
  return { ...result, pushMs }
}

export interface SingleLoad {
  orders: number
  sku: string
  totalFen: number
  signer: NotifySigner
}

/**
 * One shopper, one order after the other, each with its result page. The simulator must drop its notifies: they are sent
 * from here, so that the time from a notify to its push can be measured.
 */
export async function runSingle(
  shop: Shop,
  gatewayUrl: string,
  { orders, sku, totalFen, signer }: SingleLoad,
): Promise<LoadResult & { placeMs: number[]; pushMs: number[] }> {
  const placeMs: number[] = []
  const pushMs: number[] = []
  const result = await closedLoop({ count: orders, concurrency: 1 }, async shopper => {
    const startedAt = performance.now()
    const order = await shop.place(shopper, sku)
    placeMs.push(performance.now() - startedAt)
    const page = openPage(shop, gatewayUrl, order)
    await page.opened
    const tradeNo = await shop.pay(order)
    const [notify] = signNotifies(signer, [{ outTradeNo: order.orderId, tradeNo, totalFen }])
    const sentAt = performance.now()
    const [paidAt] = await Promise.all([page.paid, shop.notify(notify!.form)])
    pushMs.push(paidAt - sentAt)
    page.close()
  })
  return { ...result, placeMs, pushMs }
}
