import type { Shop } from './shop.ts'

/** A page that waits for its order to be paid, over a WebSocket. */
export interface ResultPage {
  /** Resolves when the page was told its order's present state. Rejects where it is not let in. */
  shown: Promise<void>
  /** Resolves when it was told PAID, with the time, ms. Rejects when the socket closes before. */
  paid: Promise<number>
  close(): void
}

/** Opens the page of a shopper's order. */
export function openResultPage(shop: Shop, gatewayUrl: string, orderId: string, shopper: number): ResultPage {
  const shown = Promise.withResolvers<void>()
  const paid = Promise.withResolvers<number>()
  // Whoever waits for one of them need not wait for the other.
  shown.promise.catch(() => {})
  paid.promise.catch(() => {})
  const token = shop.bearer(shopper).replace('Bearer ', 'bearer.')
  const address = `${gatewayUrl.replace(/^http/, 'ws')}/ws/order-status?order_id=${orderId}`
  const socket = new WebSocket(address, ['order-status', token])
  socket.addEventListener('message', ({ data }) => {
    shown.resolve()
    if (String(data).includes('"status":"PAID"')) paid.resolve(performance.now())
  })
  socket.addEventListener('close', ({ code, reason }) => {
    const error = new Error(`the result page was closed: ${code} ${reason}`)
    shown.reject(error)
    paid.reject(error)
  })
  return { shown: shown.promise, paid: paid.promise, close: () => socket.close() }
}
