import { eventTypes } from '@alipay-checkout/contracts'
import type { Producer } from './kafka.ts'
import type { OutgoingRecord } from './record.ts'
import { brokerErrorOf, isTooLarge } from './refusals.ts'

/**
 * Bytes for one topic in one request. kafkajs sends the records of a partition as one record batch, which a broker
 * accepts or refuses as a whole. All keys may share a partition, so the bound is per topic. It is below `recordBytesMax`
 * and below Kafka's default (1,048,588).
 */
const requestBytesMax = 900_000
/** Larger records are refused without a request, because a broker closes the connection at requests over 100 MiB. */
const sendableBytesMax = 16 * 1024 * 1024
/** The longest topic name that Kafka allows. */
const topicCharactersMax = 249

/** A row of the outbox. */
export interface OutboxRow extends OutgoingRecord {
  id: number
}

/** A row that Kafka can never accept, and why. */
export interface RefusedRow {
  row: OutboxRow
  reason: string
}

/**
 * Publishes rows in their order with `acks=all`, in requests of bounded size; `beforeRequest` may throw to stop it. A
 * refused request is split in halves, down to one row. Returns the rows that Kafka can never accept; all others are on
 * Kafka, some of them twice if a request was refused in part. The first occurrences of a key's events keep their order.
 *
 * @throws the client's error if the rows did not cause it: brokers are unavailable, rights are missing, a topic of the system
 * does not exist yet
 */
export async function publishRows(
  producer: Producer,
  rows: readonly OutboxRow[],
  beforeRequest: () => void,
): Promise<RefusedRow[]> {
  const refused: RefusedRow[] = []
  const sendable: OutboxRow[] = []
  for (const row of rows) {
    const reason = whyUnsendable(row)
    if (reason) refused.push({ row, reason })
    else sendable.push(row)
  }

  async function send(part: readonly OutboxRow[]): Promise<void> {
    const byTopic = Map.groupBy(part, row => row.topic)
    const topicMessages = [...byTopic].map(([topic, its]) => ({ topic, messages: its.map(toMessage) }))
    beforeRequest()
    try {
      await producer.sendBatch({ topicMessages, acks: -1 })
    } catch (error) {
      const refusal = refusalOf(error, [...byTopic.keys()])
      if (!refusal) throw error
      // By topic first, so that the records of the other topics are sent twice at most.
      if (byTopic.size > 1) for (const its of byTopic.values()) await send(its)
      else if (part.length === 1 || refusal.isOfTopic)
        refused.push(...part.map(row => ({ row, reason: refusal.reason })))
      else for (const half of halvesOf(part)) await send(half)
    }
  }

  for (const part of requestsOf(sendable)) await send(part)
  return refused
}

/** A row without a value describes one that was refused: it is a record without a value. */
const toMessage = ({ key, headers, value }: OutboxRow) => ({ key, headers, value: value === '' ? null : value })

/** Splits rows, in their order, so that no topic gets more bytes in one request than it may. */
function requestsOf(rows: readonly OutboxRow[]): OutboxRow[][] {
  const requests: OutboxRow[][] = []
  let bytesOf = new Map<string, number>()
  for (const row of rows) {
    const bytes = bytesOnKafka(row)
    const before = bytesOf.get(row.topic) ?? 0
    if (requests.length === 0 || (before > 0 && before + bytes > requestBytesMax)) {
      requests.push([])
      bytesOf = new Map([[row.topic, bytes]])
    } else bytesOf.set(row.topic, before + bytes)
    requests.at(-1)?.push(row)
  }
  return requests
}

function halvesOf<T>(rows: readonly T[]): [T[], T[]] {
  const middle = rows.length >> 1
  return [rows.slice(0, middle), rows.slice(middle)]
}

/** The largest size of a record in a batch: its key, value and headers, and the length that Kafka writes before each. */
function bytesOnKafka({ key, headers, value }: OutgoingRecord): number {
  let bytes = 48 + Buffer.byteLength(key) + Buffer.byteLength(value)
  for (const name in headers) bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(headers[name] as string)
  return bytes
}

/** Checks rows before they are sent, because an operator may have inserted some by hand. */
function whyUnsendable(row: OutboxRow): string | undefined {
  const headers: unknown = row.headers
  if (row.topic === '') return 'it names no topic'
  // Checked here, because a longer name may fail in the client, before a broker could refuse it.
  if (row.topic.length > topicCharactersMax) return `its topic has ${row.topic.length} characters`
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return 'its headers are no object'
  const odd = Object.entries(headers).find(([, value]) => typeof value !== 'string')
  if (odd) return `its header ${odd[0].slice(0, 100)} is no text`
  const bytes = bytesOnKafka(row)
  return bytes > sendableBytesMax ? `it has ${bytes} bytes` : undefined
}

const systemTopics = new Set<string>([...eventTypes.values()].map(type => type.topic))

/** Why Kafka will never accept these records, or undefined if it may later. */
function refusalOf(error: unknown, topics: readonly string[]): { reason: string; isOfTopic: boolean } | undefined {
  const answer = brokerErrorOf(error)
  if (!answer) return undefined
  const reason = `Kafka refused it: ${answer.type}: ${answer.message}`
  // A deployment may create the topics of the system after its services have started.
  const isUnknown = answer.type === 'UNKNOWN_TOPIC_OR_PARTITION' && topics.some(topic => !systemTopics.has(topic))
  if (isUnknown || answer.type === 'INVALID_TOPIC_EXCEPTION') return { reason, isOfTopic: true }
  return isTooLarge(error) || answer.type === 'INVALID_RECORD' ? { reason, isOfTopic: false } : undefined
}
