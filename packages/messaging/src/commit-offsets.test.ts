import type { Logger } from '@alipay-checkout/service-kit'
import type { EachBatchPayload } from 'kafkajs'
import { expect, it, vi } from 'vitest'
import { startOffsetCommits } from './commit-offsets.ts'

// Without a broker, because a group would have to be rebalanced in the millisecond in which offsets are counted.
it('survives a rebalance that drops partitions while offsets are counted, and tries again', async () => {
  vi.useFakeTimers()
  try {
    const debug = vi.fn()
    const offsets = startOffsetCommits({ debug } as unknown as Logger)
    const uncommittedOffsets = vi.fn(() => {
      throw new TypeError("Cannot read properties of undefined (reading '0')")
    })
    offsets.onBatch({ uncommittedOffsets } as unknown as EachBatchPayload)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(uncommittedOffsets).toHaveBeenCalledTimes(2)
    expect(debug).toHaveBeenCalledTimes(2)
    offsets.stop()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(uncommittedOffsets).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})
