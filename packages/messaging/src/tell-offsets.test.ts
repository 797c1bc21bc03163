import type { Logger } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import type { EachBatchPayload, Kafka, Producer } from 'kafkajs'
import { Registry } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { startConsumer } from './consumer.ts'

// Without a broker, because a group would have to be shared out anew in the millisecond in which offsets are counted.
test('a consumer lives on whose partitions are forgotten while it counts how far they are', async () => {
  vi.useFakeTimers()
  try {
    const debug = vi.fn()
    let eachBatch: (payload: EachBatchPayload) => Promise<void> = async () => {}
    const consumer = {
      on: () => {},
      connect: async () => {},
      subscribe: async () => {},
      run: async (options: { eachBatch: typeof eachBatch }) => {
        eachBatch = options.eachBatch
      },
      stop: async () => {},
      disconnect: async () => {},
    }
    const started = await startConsumer({
      kafka: { consumer: () => consumer } as unknown as Kafka,
      producer: {} as Producer,
      groupId: 'test',
      topics: [],
      handlers: [],
      database: {} as Database,
      logger: { debug } as unknown as Logger,
      registry: new Registry(),
      onCommitted: () => {},
    })
    const uncommittedOffsets = vi.fn(() => {
      throw new TypeError("Cannot read properties of undefined (reading '0')")
    })
    await eachBatch({ batch: { messages: [] }, uncommittedOffsets } as unknown as EachBatchPayload)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(uncommittedOffsets).toHaveBeenCalledTimes(2)
    expect(debug).toHaveBeenCalledTimes(2)
    await started.stop()
  } finally {
    vi.useRealTimers()
  }
})
