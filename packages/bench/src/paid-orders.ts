import { Kafka, logLevel } from 'kafkajs'

/** An order that takes longer than this to be paid counts as failed, ms. */
const paidTimeoutMs = 30_000

/** Tells when orders are PAID, as a downstream system learns it: from `OrderPaid` on Kafka. */
export interface PaidOrders {
  /** Resolves when the order is paid; call it before it can be. Rejects after 30 s. */
  next(orderId: string): Promise<void>
  stop(): Promise<void>
}

/** Starts listening; resolves when nothing that happens from now on can be missed. */
export async function watchPaidOrders(brokers: string): Promise<PaidOrders> {
  const kafka = new Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 200 })
  const waiting = new Map<string, () => void>()
  await consumer.connect()
  await consumer.subscribe({ topic: 'order.events', fromBeginning: false })
  const joined = new Promise<void>(resolve => consumer.on('consumer.fetch', () => resolve()))
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { headers, key } of batch.messages) {
        if (String(headers?.ce_type) === 'OrderPaid') waiting.get(String(key))?.()
      }
    },
  })
  await joined
  return {
    next: orderId =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(orderId)
          reject(new Error(`not paid after ${paidTimeoutMs / 1000} s`))
        }, paidTimeoutMs)
        waiting.set(orderId, () => {
          clearTimeout(timer)
          waiting.delete(orderId)
          resolve()
        })
      }),
    stop: () => consumer.disconnect(),
  }
}
