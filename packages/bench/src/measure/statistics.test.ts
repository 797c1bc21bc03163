import { describe, expect, it } from 'vitest'
import { summarise } from './statistics.ts'

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
