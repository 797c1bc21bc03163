import { expect, it } from 'vitest'
import { machineUse } from './machine-use.ts'

it('tells what the measured processes left to others', () => {
  const before = { idleMs: 1_000, stolenMs: 0, busyMs: 5_000 }
  const after = { idleMs: 1_500, stolenMs: 100, busyMs: 6_400 }
  expect(machineUse(before, after, 1_000)).toEqual({ idle: 0.25, stolen: 0.05, others: 0.2 })
})

it('never tells of less than nothing', () => {
  const before = { idleMs: 0, stolenMs: 0, busyMs: 0 }
  expect(machineUse(before, { ...before, busyMs: 990 }, 1_000).others).toBe(0)
})
