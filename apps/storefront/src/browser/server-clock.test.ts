import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { learnTime, serverNow } from './server-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-15T12:00:00.000Z') })
})
afterEach(() => void vi.useRealTimers())

it('follows the latest time that a response told, whatever the time of the browser', () => {
  expect(serverNow()).toBe(Date.now())
  learnTime(null)
  learnTime('soon')
  expect(serverNow()).toBe(Date.now())
  learnTime('Thu, 15 Jan 2026 10:00:00 GMT')
  expect(new Date(serverNow()).toISOString()).toBe('2026-01-15T10:00:00.000Z')
  vi.advanceTimersByTime(10_000)
  // This response was under way for 3 seconds, the next one for none.
  learnTime('Thu, 15 Jan 2026 10:00:07 GMT')
  expect(new Date(serverNow()).toISOString()).toBe('2026-01-15T10:00:10.000Z')
  learnTime('Thu, 15 Jan 2026 10:00:11 GMT')
  expect(new Date(serverNow()).toISOString()).toBe('2026-01-15T10:00:11.000Z')
  // The browser's clock is set right.
  vi.setSystemTime(Date.parse('2026-01-15T10:00:11.000Z'))
  expect(new Date(serverNow()).toISOString()).toBe('2026-01-15T10:00:11.000Z')
})
