import { expect, it } from 'vitest'
import { lostPercent } from './machine.ts'
import { systemCpuMs } from './meter.ts'

it('counts neither Alipay nor the load as the system', () => {
  expect(systemCpuMs({ cpuMs: { gateway: 100, postgres: 500, 'alipay-simulator': 900, load: 900 } }, 100)).toBe(6)
})

it('reports the share of the machine that was not available, and never less than nothing', () => {
  const before = { busy: 500, stolen: 0, total: 1_000 }
  expect(lostPercent(before, { busy: 640, stolen: 10, total: 1_200 }, 1_000)).toBe(25)
  expect(lostPercent(before, { busy: 599, stolen: 0, total: 1_100 }, 1_000)).toBe(0)
  expect(lostPercent(before, before, 0)).toBe(0)
})
