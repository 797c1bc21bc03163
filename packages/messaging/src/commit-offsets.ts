import type { Log } from '@alipay-checkout/service-kit'
import type { EachBatchPayload } from 'kafkajs'

/** Between two commits, ms. After a crash, uncommitted events are delivered again and the inbox recognises them. */
const commitEveryMs = 500

export interface OffsetCommits {
  /** Call it with every batch: the newest one has all resolved offsets. */
  onBatch(payload: EachBatchPayload): void
  /** Commits what is resolved and not yet committed. Never throws. */
  commit(): Promise<void>
  stop(): void
}

/** Commits resolved offsets to Kafka twice a second, rather than after each batch. */
export function startOffsetCommits(logger: Log): OffsetCommits {
  let latest: EachBatchPayload | undefined

  async function commit(): Promise<void> {
    try {
      const offsets = latest?.uncommittedOffsets()
      if (latest && offsets && offsets.topics.length > 0) await latest.commitOffsetsIfNecessary(offsets)
    } catch (error) {
      // The partition may belong to another member by now; kafkajs then fails to count offsets it has dropped.
      logger.debug({ reason: (error as Error).message }, 'offsets were not committed')
    }
  }

  const timer = setInterval(commit, commitEveryMs)
  return {
    onBatch(payload) {
      latest = payload
    },
    commit,
    stop: () => clearInterval(timer),
  }
}
