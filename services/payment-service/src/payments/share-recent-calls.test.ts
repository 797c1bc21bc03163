import { afterEach, expect, it, vi } from 'vitest'
import { shareRecentCalls } from './share-recent-calls.ts'

afterEach(() => vi.useRealTimers())

function shared(call: (key: string) => Promise<unknown>, callsMax = 10) {
  vi.useFakeTimers({ toFake: ['performance'] })
  const counted = vi.fn(call)
  return { counted, ask: shareRecentCalls({ callsMax, keptForMs: 5_000, keyOf: (key: string) => key, call: counted }) }
}

it('shares an answer for five seconds, per key', async () => {
  const { counted, ask } = shared(async key => key)
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a', 'a', 'b'])
  vi.advanceTimersByTime(4_999)
  await ask('a')
  expect(counted).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(1)
  await ask('a')
  expect(counted).toHaveBeenCalledTimes(3)
})

it('calls once more after an error, and then shares that answer', async () => {
  const { counted, ask } = shared(() => Promise.reject(new Error('no answer')))
  await Promise.allSettled([ask('a'), ask('a')])
  expect(counted).toHaveBeenCalledTimes(1)
  for (let again = 0; again < 3; again++) await expect(ask('a')).rejects.toThrow('no answer')
  expect(counted).toHaveBeenCalledTimes(2)
})

it('forgets the oldest where there are too many', async () => {
  const { counted, ask } = shared(async key => key, 2)
  for (const key of ['a', 'b', 'c', 'b', 'a']) await ask(key)
  expect(counted.mock.calls.flat()).toEqual(['a', 'b', 'c', 'a'])
})
