import { setTimeout as delay } from 'node:timers/promises'

/** How members of our consumer groups are told apart from dead ones, ms. One that is silent for a session has lost its partitions. */
export const groupTimes = { sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 20_000 }

/**
 * A Kafka that does not answer is waited for no longer than this, ms. kafkajs waits until its requests time out, and for
 * the end of a rebalance, which takes longer than a service has to stop.
 */
const stopTimeoutMs = 3_000

/** Ends what is connected to Kafka, or gives up: brokers notice by themselves, and what comes again is recognised. */
export async function stopWithin(stop: () => Promise<unknown>): Promise<void> {
  const stopped = new AbortController()
  const timeout = delay(stopTimeoutMs, undefined, { signal: stopped.signal })
  await Promise.race([stop(), timeout]).finally(() => stopped.abort())
}
