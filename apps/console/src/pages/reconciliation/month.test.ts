import { describe, expect, it } from 'vitest'
import { addDays, addMonths, boundsOf, isDay, monthOf, weeksOf } from './month.ts'

describe('a month', () => {
  it('has weeks from Monday to Sunday', () => {
    const weeks = weeksOf('2026-03')
    expect(weeks).toHaveLength(6)
    expect(weeks[0]).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, '2026-03-01'])
    expect(weeks[1]?.[0]).toBe('2026-03-02')
    expect(weeks.flat().filter(day => day !== undefined)).toHaveLength(31)
  })

  it('has bounds in leap years too', () => {
    expect(boundsOf('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
  })

  it('comes from the address, or is the current one', () => {
    expect(monthOf('2026-02', '2026-11-29')).toBe('2026-02')
    expect(monthOf('2026-13', '2026-11-29')).toBe('2026-11')
    expect(monthOf(null, '2026-11-29')).toBe('2026-11')
  })
})

it('counts days and months over the end of a year', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addMonths('2026-01', -1)).toBe('2025-12')
})

it.each([
  ['2026-02-28', true],
  ['2026-02-30', false],
  ['yesterday', false],
])('knows whether %s is a day', (text, answer) => {
  expect(isDay(text)).toBe(answer)
})
