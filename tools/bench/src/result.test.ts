import { expect, it } from 'vitest'
import { atLeast, type BenchResult, below, describeResult, figure } from './result.ts'

const result: BenchResult = {
  at: '2026-01-15T02:00:00.000Z',
  commit: 'abc1234',
  isQuick: false,
  rounds: 3,
  machine: { cores: 2, cpu: 'c', memoryGiB: 4, node: 'v24.0.0', rsaSignsPerSecond: 1_000, diskSyncMs: 0.5 },
  figures: [
    { scenario: 'checkout', ...atLeast(figure('system ÷ baseline', 0.5, ''), 0.8) },
    { scenario: 'single', ...below(figure('place p50', 9, 'ms'), 25) },
  ],
  errors: [],
}

it('prints every figure with its target in one table', () => {
  const text = describeResult(result)
  expect(text).toContain('Commit abc1234')
  expect(text).toMatch(/\| checkout +\| system ÷ baseline \| 0.5 +\| +\| ≥ 0.8 ✖ \|/)
  expect(text).toMatch(/\| single +\| place p50 +\| 9 +\| ms +\| < 25 ✔ +\|/)
  expect(text).toContain('✔ every order is complete')
})

it('prints errors instead of the confirmation', () => {
  const text = describeResult({ ...result, errors: ['checkout: 1 × oversold'] })
  expect(text).toContain('✖ ERROR checkout: 1 × oversold')
  expect(text).not.toContain('every order is complete')
})
