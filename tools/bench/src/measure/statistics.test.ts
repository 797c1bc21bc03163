import { expect, it } from 'vitest'
import { median, perSecond, summarise } from './statistics.ts'

it('takes as a percentile the smallest duration that the given share does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(summarise(hundred)).toEqual({ p50: 50, p99: 99, max: 100 })
  expect(summarise([7.123])).toEqual({ p50: 7.12, p99: 7.12, max: 7.12 })
  expect(summarise([])).toEqual({ p50: 0, p99: 0, max: 0 })
})

it('takes as median the value in the middle, or the mean of the two', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([1, 10, 3, 4])).toBe(3.5)
  expect(median([])).toBe(0)
})

it('gives a rate per second', () => {
  expect(perSecond(300, 1_500)).toBe(200)
})
