import { describe, expect, it } from 'vitest'
import { median, medians, perSecond, slope, summarise } from './statistics.ts'

describe('a summary of durations', () => {
  it('takes the smallest duration that the given share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(summarise(hundred)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 })
  })

  it('of one duration is that duration', () => {
    expect(summarise([7.123])).toEqual({ p50: 7.12, p95: 7.12, p99: 7.12, max: 7.12 })
  })

  it('of none is zero', () => {
    expect(summarise([])).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 })
  })
})

describe('a median', () => {
  it('is the middle value, whatever the sequence', () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  it('of an even number of values lies between the two in the middle', () => {
    expect(median([1, 10, 3, 4])).toBe(3.5)
  })

  it('of records is taken name by name, a missing one counting as nothing', () => {
    expect(medians([{ a: 1, b: 8 }, { a: 3 }, { a: 2, b: 4 }])).toEqual({ a: 2, b: 4 })
  })
})

it('a rate is in seconds', () => {
  expect(perSecond(300, 1_500)).toBe(200)
})

describe('a slope', () => {
  it('is that of the line which lies nearest', () => {
    expect(
      slope([
        [0, 10],
        [1, 12],
        [2, 14],
      ]),
    ).toBeCloseTo(2)
  })

  it('of one point, or of points above each other, is zero', () => {
    expect(slope([[1, 5]])).toBe(0)
    expect(
      slope([
        [1, 5],
        [1, 9],
      ]),
    ).toBe(0)
  })
})
