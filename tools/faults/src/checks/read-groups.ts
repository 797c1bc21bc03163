import type { Admin } from 'kafkajs'
import { type Keeper, keepers } from '../fault.ts'
import { directKafka, topicsOf } from '../faults/groups.ts'

/** Works with a connection that no fault touches. */
export async function asAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = directKafka(brokers).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Records that a service's group has not worked on yet, as far as it has told Kafka. */
async function readLag(admin: Admin, service: Keeper): Promise<number> {
  const topics = [...topicsOf[service], `${service}.retry`]
  const told = await admin.fetchOffsets({ groupId: service, topics })
  const lags = await Promise.all(
    told.map(async ({ topic, partitions }) => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map(end => [end.partition, end]))
      return partitions.reduce((sum, { partition, offset }) => {
        const { high = '0', low = '0' } = ends.get(partition) ?? {}
        // -1: nothing was ever told of this partition.
        const from = Number(offset) < 0 ? Number(low) : Number(offset)
        return sum + Math.max(0, Number(high) - from)
      }, 0)
    }),
  )
  return lags.reduce((sum, lag) => sum + lag, 0)
}

/** The same of all groups together. */
export const readLags = (brokers: string): Promise<number> =>
  asAdmin(brokers, async admin => {
    const lags = await Promise.all(keepers.map(service => readLag(admin, service)))
    return lags.reduce((sum, lag) => sum + lag, 0)
  })

/** How many live members each group has. */
export const readMembers = (brokers: string): Promise<Map<Keeper, number>> =>
  asAdmin(brokers, async admin => {
    const { groups } = await admin.describeGroups([...keepers])
    return new Map(groups.map(({ groupId, members }) => [groupId as Keeper, members.length]))
  })
