import { setTimeout as delay } from 'node:timers/promises'

/** How members of our consumer groups are told apart from dead ones, ms. One that is silent for a session has lost its partitions. */
export const groupTimes = { sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 20_000 }

/** kafkajs waits for a rebalance under way before it leaves a group, which may take longer than a service has to stop, ms. */
const leaveTimeoutMs = 3_000

/** Leaves a group, or gives up on saying goodbye: the group notices by itself, and what was done is recognised. */
export async function stopWithin(leave: () => Promise<void>): Promise<void> {
  const left = new AbortController()
  await Promise.race([leave(), delay(leaveTimeoutMs, undefined, { signal: left.signal })]).finally(() => left.abort())
}
