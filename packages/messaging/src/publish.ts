import { eventTypes } from '@alipay-checkout/contracts'
import type { Producer } from './kafka.ts'
import type { OutgoingRecord } from './record.ts'
import { brokerErrorOf, isTooLarge } from './refusals.ts'

/**
 * Bytes for one topic in one request. Kafka's client makes one record batch of the records for a partition, and a broker
 * takes or refuses a batch as a whole. All keys may share a partition, so the bound holds for a topic. It stays below
 * `recordBytesMax` and below Kafka's own default (1,048,588).
 */
const requestBytesMax = 900_000
/** A record this large is refused without asking: a broker drops the connection of a request beyond 100 MiB. */
const sendableBytesMax = 16 * 1024 * 1024
/** Kafka takes no longer name of a topic. */
const topicCharactersMax = 249

/** A row of the outbox. */
export interface OutboxRow extends OutgoingRecord {
  id: number
}

/** A row that Kafka can never take, and why. */
export interface RefusedRow {
  row: OutboxRow
  reason: string
}

/**
 * Publishes rows in their order with `acks=all`, in requests that fit; `beforeRequest` may throw to stop it. What a
 * broker refuses is tried again in halves, down to one row. Gives back the rows that can never be taken; all others are
 * on Kafka, some of them twice where a request was refused in part. The order of a key's first occurrences is kept.
 *
 * @throws the client's error where the rows are not at fault: brokers are away, rights are missing, a topic of the
 * system is not there yet
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
      // Topics first: what one of them refuses does not make the records of the others go twice more than once.
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

/** What a record has in a batch, at most: its parts, and the lengths that Kafka writes before each of them. */
function bytesOnKafka({ key, headers, value }: OutgoingRecord): number {
  let bytes = 48 + Buffer.byteLength(key) + Buffer.byteLength(value)
  for (const name in headers) bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(headers[name] as string)
  return bytes
}

/** Rows are written by our own code, and by hand where somebody had to. */
function whyUnsendable(row: OutboxRow): string | undefined {
  const headers: unknown = row.headers
  if (row.topic === '') return 'it names no topic'
  // A longer name may not even fit into a request, which says so by an error that is no broker's.
  if (row.topic.length > topicCharactersMax) return `its topic has ${row.topic.length} characters`
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return 'its headers are no object'
  const odd = Object.entries(headers).find(([, value]) => typeof value !== 'string')
  if (odd) return `its header ${odd[0].slice(0, 100)} is no text`
  const bytes = bytesOnKafka(row)
  return bytes > sendableBytesMax ? `it has ${bytes} bytes` : undefined
}

const systemTopics = new Set<string>([...eventTypes.values()].map(type => type.topic))

/** Why Kafka will never take these records, or undefined where it may later. */
function refusalOf(error: unknown, topics: readonly string[]): { reason: string; isOfTopic: boolean } | undefined {
  const answer = brokerErrorOf(error)
  if (!answer) return undefined
  const reason = `Kafka refused it: ${answer.type}: ${answer.message}`
  // The system's own topics are made by a step of their own, which may come later.
  const isUnknown = answer.type === 'UNKNOWN_TOPIC_OR_PARTITION' && topics.some(topic => !systemTopics.has(topic))
  if (isUnknown || answer.type === 'INVALID_TOPIC_EXCEPTION') return { reason, isOfTopic: true }
  return isTooLarge(error) || answer.type === 'INVALID_RECORD' ? { reason, isOfTopic: false } : undefined
}
