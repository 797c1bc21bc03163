import { expect, it } from 'vitest'
import { describe } from './describe.ts'
import { collect } from './result.ts'

const machine = { cores: 2, cpu: 'c', memoryGiB: 4, node: 'v24.0.0', rsaSignsPerSecond: 1_000, diskSyncMs: 0.5 }

it('puts the figures of checkout at the top, those of others under their names, and all verdicts together', () => {
  const result = collect(machine)
  const mark = { what: 'ratio', value: 0.5, mark: '≥ 0.8', met: false }
  result.add('checkout', { ratio: 0.5, marks: [mark], broken: ['1 failed: why'] } as never)
  result.add('status', { readsPerSecond: 9, marks: [], broken: [] } as never)
  expect(result.value).toMatchObject({
    ratio: 0.5,
    scenarios: { status: { readsPerSecond: 9 } },
    marks: [{ scenario: 'checkout', ...mark }],
    broken: ['checkout: 1 failed: why'],
  })
})

it('says in words what was measured, what was not reached and what is wrong', () => {
  const result = collect(machine)
  result.add('growth', {
    steps: [{ copies: 1 }, { copies: 2 }],
    latencyMs: { p50: 4 },
    marks: [{ what: 'ratio', value: 0.5, mark: '≥ 0.8', met: false }],
    broken: ['oversold'],
  } as never)
  const text = describe(result.value)
  expect(text).toContain('{"copies":1}\n')
  expect(text).toMatch(/latencyMs\n +p50 +4\n/)
  expect(text).toContain('✖ not met: growth: ratio 0.5 (≥ 0.8)')
  expect(text).toContain('✖ BROKEN growth: oversold')
  expect(text).not.toContain('all books agree')
})
