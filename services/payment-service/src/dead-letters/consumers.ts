import { type ConsumerGroups, consumedTopics, consumerGroups } from '@alipay-checkout/contracts'
import { deadLetterTopic, type LagReader, retryTopic } from '@alipay-checkout/messaging'
import { cachedRead } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { countWaiting } from './read-dead-letters.ts'

/**
 * The group that reads all dead letters into `dead_letters`. Its name is a contract: another name reads them all again.
 */
export const deadLetterGroup = 'payment-service.dead-letter-list'

/** Every consumer group of the system, with the topics that it reads. */
export const groupTopics: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(consumedTopics).map(([group, topics]) => [group, [...topics, retryTopic(group)]]),
  ),
  [deadLetterGroup]: consumerGroups.map(deadLetterTopic),
}

/** Reads are kept for this time, ms. */
const maxAgeMs = 5_000

/** Reads how far each group is behind, and how many dead letters it has; shared by concurrent callers. */
export function createConsumersReader({ db, lags }: { db: Db; lags: LagReader }): () => Promise<ConsumerGroups> {
  return cachedRead(maxAgeMs, async () => {
    const [groups, waiting] = await Promise.all([lags.read(), countWaiting(db)])
    return {
      items: groups.map(({ group, topics }) => ({
        group,
        lag: topics ? topics.reduce((sum, { lag }) => sum + lag, 0) : null,
        topics: [...(topics ?? [])],
        deadLetters: waiting.get(group) ?? 0,
      })),
    }
  })
}
