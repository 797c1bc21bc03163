import { orderHintsChannel, readOrderHints, systemNameDefault } from '@alipay-checkout/contracts'
import { Redis } from 'ioredis'

/** An order that is not PAID after this counts as failed, ms. */
const paidTimeoutMs = 30_000
const checkEveryMs = 500

/** Waits for orders to be PAID through the hints that order-service publishes: cheaper than reading Kafka. */
export interface PaidOrders {
  /** Resolves when the order is PAID. Call it before the order is paid. Rejects after 30 s. */
  next(orderId: string): Promise<void>
  close(): void
}

interface Waiter {
  since: number
  resolve: () => void
  reject: (error: Error) => void
}

/**
 * Subscribes to the hints. Resolves when no later hint can be missed.
 *
 * @param isPaid called for an order without a hint in time, because a hint may be lost
 */
export async function watchPaidOrders(
  redisUrl: string,
  isPaid: (orderId: string) => Promise<boolean>,
): Promise<PaidOrders> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const waiters = new Map<string, Waiter>()
  redis.on('message', (_channel: string, message: string) => {
    for (const { orderId, orderStatus } of readOrderHints(message).hints) {
      if (orderStatus !== 'PAID') continue
      waiters.get(orderId)?.resolve()
      waiters.delete(orderId)
    }
  })
  await redis.subscribe(orderHintsChannel(systemNameDefault))

  async function giveUp(orderId: string, { resolve, reject }: Waiter): Promise<void> {
    waiters.delete(orderId)
    if (await isPaid(orderId).catch(() => false)) resolve()
    else reject(new Error(`not paid after ${paidTimeoutMs / 1000} s`))
  }

  const timer = setInterval(() => {
    const expired = performance.now() - paidTimeoutMs
    // In the order of insertion: the oldest first.
    for (const [orderId, waiter] of waiters) {
      if (waiter.since > expired) break
      void giveUp(orderId, waiter)
    }
  }, checkEveryMs)
  return {
    next: orderId =>
      new Promise((resolve, reject) => waiters.set(orderId, { since: performance.now(), resolve, reject })),
    close() {
      clearInterval(timer)
      redis.disconnect(false)
    },
  }
}
