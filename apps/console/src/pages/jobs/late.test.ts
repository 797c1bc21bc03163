import { expect, it } from 'vitest'
import { isLate } from './late.ts'

const now = Date.parse('2026-03-01T08:00:00Z')
const dueFor = (seconds: number) => new Date(now - seconds * 1000).toISOString()

it.each([
  ['close-due-orders', 60, false],
  ['close-due-orders', 121, true],
  ['delete-notify-bodies', 700, false],
  ['delete-notify-bodies', 901, true],
])('marks work that should have been done by now: %s, due for %i s', (kind, seconds, late) => {
  expect(isLate({ kind, oldestDueAt: dueFor(seconds) }, now)).toBe(late)
})

it('marks nothing where nothing is due', () => {
  expect(isLate({ kind: 'close-due-orders', oldestDueAt: null }, now)).toBe(false)
})
