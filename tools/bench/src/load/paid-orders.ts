import { orderHintsChannel, readOrderHints, systemNameDefault } from '@alipay-checkout/contracts'
import { Redis } from 'ioredis'

/** An order that takes longer than this to be paid counts as failed, ms. */
const paidTimeoutMs = 30_000
const lookEveryMs = 500

/** Tells when orders are PAID, from the hints that order-service gives after its commits: cheaper than reading Kafka. */
export interface PaidOrders {
  /** Resolves when the order is paid; call it before it can be. Rejects after 30 s. */
  next(orderId: string): Promise<void>
  close(): void
}

interface Waiting {
  since: number
  resolve: () => void
  reject: (error: Error) => void
}

/**
 * Starts listening; resolves when nothing that happens from now on can be missed.
 *
 * @param isPaid asked about an order that nothing was heard of in time: a hint may be lost, and is not the truth
 */
export async function watchPaidOrders(
  redisUrl: string,
  isPaid: (orderId: string) => Promise<boolean>,
): Promise<PaidOrders> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const waiting = new Map<string, Waiting>()
  redis.on('message', (_channel: string, message: string) => {
    for (const { orderId, orderStatus } of readOrderHints(message).hints) {
      if (orderStatus !== 'PAID') continue
      waiting.get(orderId)?.resolve()
      waiting.delete(orderId)
    }
  })
  await redis.subscribe(orderHintsChannel(systemNameDefault))

  async function giveUp(orderId: string, { resolve, reject }: Waiting): Promise<void> {
    waiting.delete(orderId)
    if (await isPaid(orderId).catch(() => false)) resolve()
    else reject(new Error(`not paid after ${paidTimeoutMs / 1000} s`))
  }

  const timer = setInterval(() => {
    const tooLong = performance.now() - paidTimeoutMs
    // The oldest come first.
    for (const [orderId, one] of waiting) {
      if (one.since > tooLong) break
      void giveUp(orderId, one)
    }
  }, lookEveryMs)
  return {
    next: orderId =>
      new Promise((resolve, reject) => waiting.set(orderId, { since: performance.now(), resolve, reject })),
    close() {
      clearInterval(timer)
      redis.disconnect(false)
    },
  }
}
