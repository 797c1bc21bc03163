import type { Logger } from '@alipay-checkout/service-kit'
import type { Service } from '../upstream/service.ts'

/** The shortest interval between two syncs of one order, the same as in payment-service, ms. */
const intervalMs = 5_000
/** Orders whose last sync is remembered; beyond this the oldest entry is deleted. */
const ordersMax = 10_000
/** Concurrent syncs, so that calls do not pile up while payment-service hangs. */
const runningMax = 32
/** Short, because no caller waits for the response, and payment-service completes the sync by itself, ms. */
const timeoutMs = 2_000

/**
 * Makes a function that starts a sync of an order's payment with Alipay and returns at once. It recovers a lost notify
 * while the shopper polls an unpaid order. Syncs are limited per order; a failed one is not repeated before the next poll.
 */
export function createPaymentSync(
  payments: Pick<Service, 'call'>,
  logger: Pick<Logger, 'debug'>,
): (orderId: string, traceparent: string, nowMs: number) => void {
  const lastSyncMs = new Map<string, number>()
  let running = 0

  function maySync(orderId: string, nowMs: number): boolean {
    const last = lastSyncMs.get(orderId)
    if (running >= runningMax || (last !== undefined && nowMs - last < intervalMs)) return false
    // Reinserted at the end, so that the map's first entry is the oldest.
    lastSyncMs.delete(orderId)
    lastSyncMs.set(orderId, nowMs)
    for (const oldest of lastSyncMs.keys()) {
      if (lastSyncMs.size <= ordersMax) break
      lastSyncMs.delete(oldest)
    }
    return true
  }

  return (orderId, traceparent, nowMs) => {
    if (!maySync(orderId, nowMs)) return
    running++
    payments
      .call({ method: 'POST', path: `/payments/${orderId}/check`, traceparent, timeoutMs })
      .catch(error =>
        logger.debug({ err: error, order_id: orderId }, 'the payment of a polled order could not be synced'),
      )
      .finally(() => {
        running--
      })
  }
}
