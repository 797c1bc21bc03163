import { expect, it } from 'vitest'
import { cpuMsEach, systemCpuMs } from './meter.ts'

it('shares CPU time out, the dearest process first', () => {
  const cost = { cpuMs: { redis: 10, gateway: 500 }, walBytes: 0, elapsedMs: 1, machine: undefined }
  expect(Object.entries(cpuMsEach(cost, 100))).toEqual([
    ['gateway', 5],
    ['redis', 0.1],
  ])
})

it('counts every copy of a service, but neither Alipay nor the load, to the system', () => {
  const each = { gateway: 1, 'order-service': 2, 'order-service 2': 3, 'alipay-simulator': 10, 'load generator': 10 }
  expect(systemCpuMs(each)).toBe(6)
})
