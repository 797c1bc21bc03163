import { type OrderStatus, type OrderStatusAnswer, shopStatus } from '@alipay-checkout/contracts'
import type { OrderHints } from './order-hints.ts'

/**
 * Sends an order's status at once and after every change, until `stop` is called. It subscribes to hints before it
 * reads, so that no change is missed in between. If `read` throws, `onFailure` is called and nothing more is sent.
 */
export function followOrder(options: {
  orderId: string
  hints: Pick<OrderHints, 'watch'>
  read: () => Promise<OrderStatus>
  send: (answer: OrderStatusAnswer) => void
  onFailure: (error: unknown) => void
}): { stop: () => void } {
  const { orderId, hints, read, send, onFailure } = options
  let last: OrderStatus | undefined
  let reading = false
  let readAgain = false
  let stopped = false

  function announce(status: OrderStatus): void {
    if (status === last) return
    last = status
    send({ orderId, status: shopStatus(status), orderStatus: status })
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
      // A read in progress may return an older or a newer status than this hint, and a hint that reopens a closed order
      // may be an old one that arrives late. Both cases need another read.
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
