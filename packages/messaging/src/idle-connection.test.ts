import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

interface RequestQueue {
  push(request: object): void
  fulfillRequest(answer: { correlationId: number; size: number; payload: Buffer }): void
  maybeThrottle(ms: number): void
}

// Inside kafkajs, because from outside a timer that comes back every millisecond only shows as CPU time.
const createQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => RequestQueue

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const logger = { debug: () => {} }
  const queue = new createQueue({ logger, maxInFlightRequests: 1, requestTimeout: 1_000, clientId: 'c', broker: 'b' })
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

test('a connection to Kafka that has nothing to send sets no timer', () => {
  const { sent, push, answer } = setUp()
  push(1)
  answer(1)
  expect(sent).toEqual([1])
  expect(vi.getTimerCount()).toBe(0)
})

test('a request that waits for another goes once that is answered', () => {
  const { sent, push, answer } = setUp()
  push(1)
  push(2)
  expect(sent).toEqual([1])
  answer(1)
  expect(sent).toEqual([1, 2])
})

test('a request goes once the time is over for which the broker asked for none', () => {
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
