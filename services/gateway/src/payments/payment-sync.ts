import type { Logger } from '@alipay-checkout/service-kit'
import type { Service } from '../upstream/service.ts'

/** As often as payment-service itself asks Alipay about one order, ms. */
const everyMs = 5_000
/** Orders remembered; beyond this the one that was asked about longest ago is forgotten. */
const ordersMax = 10_000
/** Checks that run at once: a payment-service that hangs must not gather calls here. */
const runningMax = 32
/** Nobody waits for the answer, and payment-service goes on without us: what matters is that calls end soon, ms. */
const timeoutMs = 2_000

/**
 * Makes a function that has payment-service ask Alipay about an order's payment, and returns at once: whoever polls an
 * unpaid order may be waiting for a notify that was lost. Limited per order; a check that fails is left to the next.
 */
export function createPaymentChecks(
  payments: Pick<Service, 'call'>,
  logger: Pick<Logger, 'debug'>,
): (orderId: string, traceparent: string, nowMs: number) => void {
  const lastAskedMs = new Map<string, number>()
  let running = 0

  function mayAsk(orderId: string, nowMs: number): boolean {
    const last = lastAskedMs.get(orderId)
    if (running >= runningMax || (last !== undefined && nowMs - last < everyMs)) return false
    // Put at the end, so that the first is the oldest.
    lastAskedMs.delete(orderId)
    lastAskedMs.set(orderId, nowMs)
    for (const oldest of lastAskedMs.keys()) {
      if (lastAskedMs.size <= ordersMax) break
      lastAskedMs.delete(oldest)
    }
    return true
  }

  return (orderId, traceparent, nowMs) => {
    if (!mayAsk(orderId, nowMs)) return
    running++
    payments
      .call({ method: 'POST', path: `/payments/${orderId}/check`, traceparent, timeoutMs })
      .catch(error => logger.debug({ err: error, orderId }, 'Alipay could not be asked about a polled order'))
      .finally(() => {
        running--
      })
  }
}
