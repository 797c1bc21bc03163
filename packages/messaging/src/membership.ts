import { setTimeout as delay } from 'node:timers/promises'

/** Membership of consumer groups, ms. A member without a heartbeat for `sessionTimeout` loses its partitions. */
export const groupTimes = { sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 20_000 }

/**
 * The longest wait for Kafka when a service stops, ms. kafkajs would wait until its requests time out and for the end of
 * a rebalance, which takes longer than a service may take to stop.
 */
const stopTimeoutMs = 3_000

/** Disconnects from Kafka, or gives up after 3 s: brokers notice the end, and the inbox recognises repeats. */
export async function stopWithin(stop: () => Promise<unknown>): Promise<void> {
  const stopped = new AbortController()
  const timeout = delay(stopTimeoutMs, undefined, { signal: stopped.signal })
  await Promise.race([stop(), timeout]).finally(() => stopped.abort())
}
