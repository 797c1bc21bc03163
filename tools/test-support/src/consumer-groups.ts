import type { Admin } from 'kafkajs'

/** The services that consume events. Each has a database, and a consumer group of its name. */
export type ConsumingService = 'order-service' | 'payment-service' | 'inventory-service'

/** The topics that each service's group consumes, beside its own retry topic. */
export const consumedTopics: Readonly<Record<ConsumingService, readonly string[]>> = {
  'order-service': ['inventory.events', 'payment.events'],
  'payment-service': ['order.events'],
  'inventory-service': ['order.events'],
}

/** How many records the groups have not committed yet, in all their topics. */
export async function readLag(admin: Admin): Promise<number> {
  const groups = Object.entries(consumedTopics)
  const lags = await Promise.all(groups.map(([group, topics]) => readLagOf(admin, group, topics)))
  return lags.reduce((sum, lag) => sum + lag, 0)
}

/** How many records of these topics, and of the group's own retry topic, a group has not committed yet. */
export async function readLagOf(admin: Admin, groupId: string, topics: readonly string[]): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics, `${groupId}.retry`] })
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map(end => [end.partition, end]))
      return partitions.reduce((sum, { partition, offset }) => {
        const { high = '0', low = '0' } = ends.get(partition) ?? {}
        // -1: nothing of this partition was committed yet.
        const from = Number(offset) < 0 ? Number(low) : Number(offset)
        return sum + Math.max(0, Number(high) - from)
      }, 0)
    }),
  )
  return lags.reduce((sum, lag) => sum + lag, 0)
}
