import { readLag, readLagOf } from '@alipay-checkout/test-support'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { consumingServices } from '../fault.ts'
import { warehouseGroup, warehouseTopics } from './warehouse.ts'

/** A connection past the proxies, which no fault affects. */
export const connectKafka = (brokers: string): Kafka =>
  new Kafka({
    clientId: 'faults',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    // A broker may be unavailable for half a minute.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 40 },
  })

/** An admin connection for the time of `work`. */
export async function withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = connectKafka(brokers).admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Records that the groups of the services and of the warehouse have not committed yet. */
export const readTotalLag = (brokers: string): Promise<number> =>
  withAdmin(brokers, async admin => {
    const lags = await Promise.all([readLag(admin), readLagOf(admin, warehouseGroup, warehouseTopics)])
    return lags.reduce((sum, lag) => sum + lag, 0)
  })

/** How many live members each group has. */
export const readMembers = (brokers: string): Promise<Map<string, number>> =>
  withAdmin(brokers, async admin => {
    const { groups } = await admin.describeGroups([...consumingServices, warehouseGroup])
    return new Map(groups.map(({ groupId, members }) => [groupId, members.length]))
  })

/** Members that were killed remain until their session ends, which starts anew when Kafka is restarted, ms. */
const emptyWithinMs = 75_000

/**
 * Sets a group back to the beginning of its topics while its members are stopped, so that it receives every event again.
 *
 * @throws Error when the group does not become empty
 */
export function resetOffsets(brokers: string, groupId: string, topics: readonly string[]): Promise<void> {
  return withAdmin(brokers, async admin => {
    const giveUpAtMs = performance.now() + emptyWithinMs
    for (;;) {
      try {
        for (const topic of topics) await admin.resetOffsets({ groupId, topic, earliest: true })
        return
      } catch (error) {
        if (performance.now() > giveUpAtMs) throw error
        await new Promise(resolve => setTimeout(resolve, 500))
      }
    }
  })
}
