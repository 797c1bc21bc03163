import { followTopics, type SeenRecord, waitUntil } from '@alipay-checkout/launcher'
import { testKafkaConnection } from './config.ts'
import { testStack } from './stack.ts'

/** The records of topics while a test runs. */
export interface TopicWatch {
  /** Every record so far, in the order in which it came. */
  readonly records: readonly SeenRecord[]
  /** The records of one key, e.g. an order's id. */
  of(key: string): SeenRecord[]
  /** Waits for the first record that `matches`. @throws Error with the last records after `timeoutMs` */
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
  const kafka = testKafkaConnection((await testStack()).kafkaBrokers)
  const records: SeenRecord[] = []
  const { stop } = await followTopics({ kafka, topics, from, clientId: 'test' }, record => records.push(record))
  return {
    records,
    of: key => records.filter(record => record.key === key),
    async next(matches, { what, timeoutMs = 10_000 }) {
      try {
        return await waitUntil(() => records.find(matches), { what, timeoutMs })
      } catch {
        const came = records.map(record => `${record.type || record.topic} ${record.key}`).slice(-20)
        throw new Error(`Waited ${timeoutMs / 1000} s until ${what}; received: ${came.join(', ') || 'nothing'}`)
      }
    },
    stop,
  }
}
