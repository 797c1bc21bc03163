import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { youngGenerationTest } from '@alipay-checkout/test-support'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

// Tests of patches/kafkajs@2.2.4.patch inside kafkajs, where a broker could not cause these moments at will.
const require = createRequire(import.meta.url)

interface RequestQueue {
  push(request: object): void
  fulfillRequest(answer: { correlationId: number; size: number; payload: Buffer }): void
  maybeThrottle(ms: number): void
}

// From outside, a timer that fires every millisecond only shows as CPU time.
const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (options: object) => RequestQueue

interface FetchManager {
  start(): Promise<void>
  stop(): Promise<void>
}

// From outside, a broker would have to vanish in the moment in which the consumer stops.
const createFetchManager = require('kafkajs/src/consumer/fetchManager.js') as (options: {
  logger: object
  getNodeIds: () => number[]
  fetch: (nodeId: number) => Promise<[]>
  handler: () => void
}) => FetchManager

interface SocketRequest {
  [emitEvent: symbol]: object
}

const SocketRequest = require('kafkajs/src/network/requestQueue/socketRequest.js') as new (
  options: object,
) => SocketRequest

it('allocates nothing of a request in the old generation', () => {
  const isYoung = youngGenerationTest()
  const request = new SocketRequest({ entry: { correlationId: 1 }, expectResponse: true, send() {}, timeout() {} })
  const emitEvent = Object.getOwnPropertySymbols(request).find(({ description }) => description?.endsWith('emitEvent'))
  expect(isYoung(request[emitEvent as symbol] as object)).toBe(true)
})

describe('the request queue of a connection', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  function setUp() {
    const logger = { debug: () => {} }
    const queue = new RequestQueue({
      logger,
      maxInFlightRequests: 1,
      requestTimeout: 1_000,
      clientId: 'c',
      broker: 'b',
    })
    const sent: number[] = []
    const push = (correlationId: number) =>
      queue.push({
        entry: { correlationId, resolve: () => {}, reject: () => {} },
        expectResponse: true,
        sendRequest: () => sent.push(correlationId),
      })
    const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, size: 0, payload: Buffer.alloc(0) })
    return { queue, sent, push, answer }
  }

  it('sets no timer without pending requests', () => {
    const { sent, push, answer } = setUp()
    push(1)
    answer(1)
    expect(sent).toEqual([1])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sends a waiting request once the one before it is answered', () => {
    const { sent, push, answer } = setUp()
    push(1)
    push(2)
    expect(sent).toEqual([1])
    answer(1)
    expect(sent).toEqual([1, 2])
  })

  it('sends a request once the throttle time of the broker is over', () => {
    const { queue, sent, push } = setUp()
    queue.maybeThrottle(500)
    push(1)
    vi.advanceTimersByTime(499)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(1)
    expect(sent).toEqual([1])
    vi.advanceTimersByTime(1_000)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a consumer', () => {
  it('fetches no more after a stop while its brokers change', async () => {
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
    // The first fetcher notices that there is one broker less, and the manager waits for the second one.
    answers.get(1)?.()
    await nextTurn()
    const stopped = manager.stop()
    answers.get(2)?.()
    await Promise.all([ended, stopped])
    expect(spins).toBe(0)
  })
})
