import type { Admin, Consumer, EachMessagePayload } from 'kafkajs'
import { testStack } from './stack.ts'
import { testKafka } from './topics.ts'
import { uniqueName } from './unique-name.ts'
import { waitUntil } from './wait-until.ts'

/** A Kafka record as a downstream system sees it. */
export interface SeenRecord {
  topic: string
  partition: number
  offset: string
  key: string
  /** CloudEvents attributes are `ce_type`, `ce_id`, `ce_time`, `ce_source`. */
  headers: Record<string, string>
  /** The text as it was sent. */
  value: string
  /** The event's type, or an empty text. */
  type: string
}

/** A look at topics while a test runs. */
export interface TopicWatch {
  /** Everything seen so far, in the order in which it came. */
  readonly records: readonly SeenRecord[]
  /** What was seen under one key, e.g. an order's id. */
  of(key: string): SeenRecord[]
  /** Waits for the first record that `matches`; throws after `timeoutMs`, telling what did come. */
  next(matches: (record: SeenRecord) => boolean, options: { what: string; timeoutMs?: number }): Promise<SeenRecord>
  stop(): Promise<void>
}

/**
 * Follows topics as a downstream system would.
 *
 * @param options.from `now`, the default: what is written after this call has returned; `beginning`: everything
 */
export async function watchTopics(
  topics: readonly string[],
  { from = 'now' }: { from?: 'now' | 'beginning' } = {},
): Promise<TopicWatch> {
  const { kafkaBrokers } = await testStack()
  const kafka = testKafka(kafkaBrokers)
  const groupId = uniqueName('watch')
  // The default wait of 5 s would also be how long leaving takes.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false })
  const admin = kafka.admin()
  const records: SeenRecord[] = []
  const seen = new Set<string>()
  await Promise.all([admin.connect(), consumer.connect()])
  await follow({ admin, consumer, topics, from }, payload => {
    const record = readRecord(payload)
    // Going to an offset can make a record that was already fetched come again.
    const place = `${record.topic}/${record.partition}/${record.offset}`
    if (seen.has(place)) return
    seen.add(place)
    records.push(record)
  })
  const of = (key: string) => records.filter(record => record.key === key)
  return {
    records,
    of,
    async next(matches, { what, timeoutMs = 10_000 }) {
      const find = () => records.find(matches)
      try {
        return await waitUntil(find, { what, timeoutMs })
      } catch {
        const came = records.map(record => `${record.type || record.topic} ${record.key}`).slice(-20)
        throw new Error(`Waited ${timeoutMs} ms until ${what}; what came: ${came.join(', ') || 'nothing'}`)
      }
    },
    async stop() {
      await consumer.disconnect()
      await admin.deleteGroups([groupId])
      await admin.disconnect()
    },
  }
}

interface Following {
  admin: Admin
  consumer: Consumer
  topics: readonly string[]
  from: 'now' | 'beginning'
}

async function follow(
  { admin, consumer, topics, from }: Following,
  look: (payload: EachMessagePayload) => void,
): Promise<void> {
  // Read before joining, and gone to afterwards: what comes while the group is still joining is not missed.
  const starts = await Promise.all(
    topics.map(async topic => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  )
  const joined = new Promise<void>(resolve => consumer.on('consumer.group_join', () => resolve()))
  await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'beginning' })
  await consumer.run({ autoCommit: false, eachMessage: async payload => look(payload) })
  await joined
  for (const { topic, partitions } of starts) {
    for (const { partition, low, high } of partitions) {
      consumer.seek({ topic, partition, offset: from === 'now' ? high : low })
    }
  }
}

function readRecord({ topic, partition, message }: EachMessagePayload): SeenRecord {
  const headers = Object.fromEntries(
    Object.entries(message.headers ?? {}).map(([name, value]) => [name, value?.toString() ?? '']),
  )
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    headers,
    value: message.value?.toString() ?? '',
    type: headers.ce_type ?? '',
  }
}
