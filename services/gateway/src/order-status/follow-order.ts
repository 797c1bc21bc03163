import { type OrderStatus, type OrderStatusAnswer, shopStatus } from '@alipay-checkout/contracts'
import type { OrderHints } from './order-hints.ts'

/**
 * Tells an order's state at once and at every change, until `stop` is called. It listens before it reads, so that no
 * change falls between. `read` gives the state now, or throws; then `onFailure` is told and nothing more will come.
 */
export function followOrder(options: {
  orderId: string
  hints: Pick<OrderHints, 'watch'>
  read: () => Promise<OrderStatus>
  tell: (answer: OrderStatusAnswer) => void
  onFailure: (error: unknown) => void
}): { stop: () => void } {
  const { orderId, hints, read, tell, onFailure } = options
  let last: OrderStatus | undefined
  let reading = false
  let readAgain = false
  let stopped = false

  function announce(status: OrderStatus): void {
    if (status === last) return
    last = status
    tell({ orderId, status: shopStatus(status), orderStatus: status })
  }

  async function refresh(): Promise<void> {
    readAgain = reading
    if (reading) return
    reading = true
    try {
      do {
        readAgain = false
        const status = await read()
        if (stopped) return
        announce(status)
      } while (readAgain)
    } catch (error) {
      if (!stopped) onFailure(error)
    } finally {
      reading = false
    }
  }

  const unwatch = hints.watch(orderId, {
    onHint(status) {
      // What is being read may be older or newer than this hint, and a hint that reopens a finished order may simply
      // be late. Both times only another read can tell.
      if (reading) readAgain = true
      else if (last !== undefined && shopStatus(last) !== 'PENDING' && status !== last) void refresh()
      else announce(status)
    },
    onGap: refresh,
  })
  void refresh()
  return {
    stop() {
      stopped = true
      unwatch()
    },
  }
}
