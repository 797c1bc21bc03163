import { expect, it } from 'vitest'
import { stateOf } from './day-state.ts'

const today = '2026-03-10'
const active = new Set(['2026-03-08', '2026-03-10'])
const done = { status: 'DONE', signedOffAt: null, unsettled: 0 } as const

it.each([
  ['2026-03-08', active, 'none'],
  ['2026-03-07', active, 'quiet'],
  ['2026-03-07', undefined, 'none'],
  ['2026-03-10', active, 'not_yet'],
])('asks for a comparison of days with payments or refunds: %s', (date, active, state) => {
  expect(stateOf(undefined, { date, today, active })).toBe(state)
})

it.each([
  [done, 'done'],
  [{ ...done, unsettled: 1 }, 'differences'],
  [{ ...done, signedOffAt: '2026-03-08T02:00:00.000Z' }, 'signed_off'],
  [{ ...done, status: 'RUNNING' } as const, 'running'],
  [{ ...done, status: 'GAVE_UP' } as const, 'gave_up'],
])('says how a comparison stands, also of a day without payments', (run, state) => {
  expect(stateOf(run, { date: '2026-03-07', today, active })).toBe(state)
})
