import { setTimeout as delay } from 'node:timers/promises'
import { addScrapedGauges, type Logger, type Sample } from '@alipay-checkout/service-kit'
import { type KafkaConnection, kafkaOptions } from '@alipay-checkout/service-kit/connections'
import type { Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Registry } from 'prom-client'

/** Events of the outbox that are counted at most, so that counting stays cheap. */
const depthMax = 100_000

/** Gauges of the events that wait to be published: `outbox_depth`, `outbox_oldest_event_age_seconds`. Same on every replica. */
export function addOutboxGauges({ db, registry }: { db: Db; registry: Registry }): void {
  addScrapedGauges({
    registry,
    help: {
      outbox_depth: 'Events in the outbox that are not yet published, at most 100,000',
      outbox_oldest_event_age_seconds: 'Age of the oldest of them, 0 without any',
    },
    async read() {
      const [row] = await db.execute<{ depth: number; age: number }>(sql`
        select (select count(*)::int from (select from outbox limit ${depthMax}) t) as depth,
               coalesce(extract(epoch from (
                 select clock_timestamp() - created_at from outbox order by id limit 1)), 0)::float8 as age`)
      const sample = (value = 0): Sample[] => [{ value: Math.max(0, value) }]
      return { outbox_depth: sample(row?.depth), outbox_oldest_event_age_seconds: sample(row?.age) }
    },
  })
}

/**
 * `consumer_lag` by group and topic: records that the group has not committed, over all partitions. Every replica reports
 * the same. Returns how to close its connection.
 */
export function addLagGauge(options: {
  kafka: KafkaConnection
  groupId: string
  topics: readonly string[]
  registry: Registry
  logger: Logger
}): () => Promise<void> {
  const { groupId, logger } = options
  const topics = [...options.topics]
  const connection = openAdmin(options.kafka, `${groupId}-lag`)

  addScrapedGauges({
    registry: options.registry,
    help: { consumer_lag: 'Records that the group has not committed, by topic' },
    labelNames: ['group', 'topic'],
    async read() {
      try {
        const lags = await lagsOf(await connection.admin(topics), groupId, topics)
        return { consumer_lag: lags.map(({ topic, lag }) => ({ labels: { group: groupId, topic }, value: lag })) }
      } catch (error) {
        connection.lost()
        logger.debug({ reason: (error as Error).message }, 'the consumer lag could not be read')
        throw error
      }
    },
  })
  return connection.close
}

/** A group's lag by topic; undefined where Kafka does not tell it. */
export interface GroupLag {
  readonly group: string
  readonly topics: readonly { topic: string; lag: number }[] | undefined
}

export interface LagReader {
  /** The lags of all groups. Never throws, and answers within four seconds. */
  read(): Promise<GroupLag[]>
  close(): Promise<void>
}

/** A read that takes longer leaves the lags unknown, ms. */
const lagTimeoutMs = 4_000

/** Reads how far each of these groups is behind in its topics. */
export function createLagReader(options: {
  kafka: KafkaConnection
  clientId: string
  groups: Readonly<Record<string, readonly string[]>>
}): LagReader {
  const groups = Object.entries(options.groups)
  const connection = openAdmin(options.kafka, options.clientId)

  async function readAll(): Promise<GroupLag[]> {
    const admin = await connection.admin([...new Set(groups.flatMap(([, topics]) => topics))])
    return Promise.all(
      groups.map(async ([group, topics]) => ({
        group,
        topics: await lagsOf(admin, group, [...topics]).catch(() => undefined),
      })),
    )
  }

  return {
    async read() {
      const unknown = groups.map(([group]) => ({ group, topics: undefined }))
      const stopped = new AbortController()
      const late = delay(lagTimeoutMs, unknown, { signal: stopped.signal }).catch(() => unknown)
      const lags = await Promise.race([readAll().catch(() => unknown), late])
      stopped.abort()
      if (lags.every(({ topics }) => topics === undefined)) connection.lost()
      return lags
    },
    close: connection.close,
  }
}

/** A connection that is made when it is needed. Without retries: its callers do not wait for Kafka to come back. */
function openAdmin(connection: KafkaConnection, clientId: string) {
  const admin = new Kafka({
    clientId,
    ...kafkaOptions(connection),
    connectionTimeout: 1_500,
    requestTimeout: 1_500,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin()
  let isConnected = false
  return {
    /** The admin client once it is connected and knows these topics. */
    async admin(topics: string[]): Promise<Admin> {
      if (!isConnected) {
        await admin.connect()
        // kafkajs needs the brokers' addresses before it can ask for the group's coordinator.
        await admin.fetchTopicMetadata({ topics })
        isConnected = true
      }
      return admin
    },
    /** The next call connects again. */
    lost() {
      isConnected = false
    },
    close: () => admin.disconnect(),
  }
}

async function lagsOf(admin: Admin, groupId: string, topics: string[]): Promise<{ topic: string; lag: number }[]> {
  const committed = await admin.fetchOffsets({ groupId, topics })
  return Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const offsets = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]))
      const ends = await admin.fetchTopicOffsets(topic)
      const lags = ends.map(({ partition, low, high }) => {
        // -1 means no commit yet: the group starts with the oldest record.
        const next = Math.max(offsets.get(partition) ?? -1, Number(low))
        return Math.max(0, Number(high) - next)
      })
      return { topic, lag: lags.reduce((sum, lag) => sum + lag, 0) }
    }),
  )
}
