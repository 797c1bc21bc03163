import { expect, it } from 'vitest'
import { spanOfDay } from './beijing-day.ts'
import { firstIdAt, idRange, timeOfId } from './id-times.ts'
import type { Problem } from './problem.ts'

const zeros = '0'.repeat(20)

it('takes a day in Beijing from its first to its last millisecond', () => {
  const start = Date.parse('2026-03-01T00:00:00+08:00')
  expect(idRange('ord', { from: '2026-03-01', to: '2026-03-01' })).toEqual({
    first: `ord_0${start.toString(16)}${zeros}`,
    end: `ord_0${(start + 86_400_000).toString(16)}${zeros}`,
  })
})

it('takes moments as they are, and no bound for all', () => {
  const moment = '2026-03-01T08:00:00.5Z'
  expect(idRange('ref', { to: moment })).toEqual({ end: firstIdAt('ref', new Date(moment)) })
  expect(timeOfId(firstIdAt('ref', new Date(moment)))).toEqual(new Date(moment))
  expect(idRange('ord', {})).toEqual({})
})

it.each([
  '2026-02-31',
  '2026-13-01',
  '2026-02-29T08:00:00Z',
  '2026-03-01T25:00:00Z',
  '2026-03-01T08:00:00+99:00',
  '0000-01-01',
  '0001-01-01T00:00:00+08:00',
])('refuses %s, which does not exist, and names the field', text => {
  expect(() => idRange('ord', { from: text })).toThrow(
    expect.objectContaining({
      type: 'invalid-request',
      extra: { errors: [expect.objectContaining({ field: 'from' })] },
    } satisfies Partial<Problem>),
  )
})

it('refuses a day of the year 0, which PostgreSQL can not compare with', () => {
  expect(() => spanOfDay('paidOn', '0000-01-01')).toThrow(/paidOn/)
})
