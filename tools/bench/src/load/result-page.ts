import type { PlacedOrder, Shop } from './shop.ts'

export type ResultPage = ReturnType<typeof openPage>

/** A result page: a WebSocket that waits for its order to be paid. */
export function openPage(shop: Shop, order: PlacedOrder) {
  const opened = Promise.withResolvers<void>()
  const paid = Promise.withResolvers<number>()
  // A caller may await only one of them.
  opened.promise.catch(() => {})
  paid.promise.catch(() => {})
  const token = shop.bearer(order.shopper).replace('Bearer ', 'bearer.')
  const address = `${shop.gatewayUrl.replace(/^http/, 'ws')}/ws/order-status?order_id=${order.orderId}`
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
  return {
    order,
    /** Resolves when the page has received the present status. */
    opened: opened.promise,
    /** Resolves with the time of PAID, ms. Rejects when the socket closes before. */
    paid: paid.promise,
    close: () => socket.close(),
  }
}
