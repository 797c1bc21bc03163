import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'

interface FetchManager {
  start(): Promise<void>
  stop(): Promise<void>
}

// Inside kafkajs, because from outside a broker would have to vanish within the same moment in which a consumer stops.
const createFetchManager = createRequire(import.meta.url)('kafkajs/src/consumer/fetchManager.js') as (options: {
  logger: object
  getNodeIds: () => number[]
  fetch: (nodeId: number) => Promise<[]>
  handler: () => void
}) => FetchManager

test('a consumer that is stopped while its brokers change fetches no more', async () => {
  const logger = { namespace: () => logger, debug: () => {}, info: () => {} }
  const brokers = { known: [1, 2] }
  const answers = new Map<number, () => void>()
  let spins = 0
  const manager = createFetchManager({
    logger,
    getNodeIds: () => brokers.known,
    fetch: async nodeId => {
      if (!brokers.known.includes(2)) {
        // What a stopped runner answers. Without an end to it no timer would ever fire again.
        if (++spins > 100) throw new Error('it spins')
        return []
      }
      await new Promise<void>(resolve => answers.set(nodeId, resolve))
      return []
    },
    handler: () => {},
  })
  const ended = manager.start()
  await vi.waitUntil(() => answers.size === 2)
  brokers.known = [1]
  // The first notices that there is one broker less, and the second is waited for.
  answers.get(1)?.()
  await nextTurn()
  const stopped = manager.stop()
  answers.get(2)?.()
  await Promise.all([ended, stopped])
  expect(spins).toBe(0)
})
