import { orderHintsChannel, readOrderHints, systemNameDefault } from '@alipay-checkout/contracts'
import { Redis } from 'ioredis'

/** An order that is not PAID after this counts as failed, ms. */
const paidTimeoutMs = 30_000

/**
 * Waits for orders to be PAID through the hints that order-service publishes: cheaper than reading Kafka. Resolves when
 * no later hint can be missed.
 *
 * @param isPaid called for an order without a hint in time, because a hint may be lost
 */
export async function watchPaidOrders(redisUrl: string, isPaid: (orderId: string) => Promise<boolean>) {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const waiters = new Map<string, () => void>()
  redis.on('message', (_channel: string, message: string) => {
    for (const { orderId, orderStatus } of readOrderHints(message).hints) {
      if (orderStatus === 'PAID') waiters.get(orderId)?.()
    }
  })
  await redis.subscribe(orderHintsChannel(systemNameDefault))
  return {
    /** Resolves when the order is PAID. Call it before the order is paid. Rejects after 30 s. */
    next(orderId: string): Promise<void> {
      const paid = Promise.withResolvers<void>()
      // Nothing awaits this promise where the payment itself fails.
      paid.promise.catch(() => {})
      const timer = setTimeout(async () => {
        waiters.delete(orderId)
        if (await isPaid(orderId).catch(() => false)) paid.resolve()
        else paid.reject(new Error(`not paid after ${paidTimeoutMs / 1000} s`))
      }, paidTimeoutMs)
      waiters.set(orderId, () => {
        clearTimeout(timer)
        waiters.delete(orderId)
        paid.resolve()
      })
      return paid.promise
    },
    close: () => redis.disconnect(false),
  }
}
