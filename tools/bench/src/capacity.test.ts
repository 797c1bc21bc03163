import { describe, expect, it } from 'vitest'
import { describeCapacity } from './capacity.ts'
import type { BenchResult } from './result.ts'

const cpuMs = {
  gateway: 0.35,
  'order-service': 0.7,
  'payment-service': 1.4,
  'inventory-service': 0.28,
  postgres: 1.05,
  kafka: 0.21,
  redis: 0.07,
}

const result: BenchResult = {
  at: '2026-11-29T12:00:00.000Z',
  commit: 'abc1234',
  isQuick: false,
  rounds: 3,
  machine: { cores: 2, cpu: 'a CPU', memoryGiB: 8, node: 'v24', rsaSignsPerSecond: 3900, diskSyncMs: 1 } as never,
  figures: [
    ...Object.entries(cpuMs).map(([name, value]) => ({ name: `CPU of ${name}`, value, unit: 'ms/order' })),
    ...Object.keys(cpuMs).map(name => ({ name: `memory of ${name}`, value: 128, unit: 'MiB' })),
    { name: 'write-ahead log', value: 16, unit: 'KiB/order' },
  ].map(one => ({ scenario: 'checkout', ...one })),
  errors: [],
}

/** The cells of a row. */
const rowOf = (title: string) => {
  const lines = describeCapacity(result)
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
  return lines.find(cells => cells[1] === title)!.slice(2, -1)
}

describe('the capacity table', () => {
  it('plans each service with cores that are 70 % busy, and at least two replicas', () => {
    expect(rowOf('payment-service: replicas (cores)')).toEqual(['2 (0.1)', '2 (0.2)', '2 (2)', '20 (20)'])
    expect(rowOf('order-service: replicas (cores)')).toEqual(['2 (0.1)', '2 (0.1)', '2 (1)', '10 (10)'])
  })

  it('gives each consumer two partitions or more', () => {
    expect(rowOf('Kafka: partitions of each topic')).toEqual(['6', '6', '6', '40'])
  })

  it('counts connections of the services that have a database', () => {
    expect(rowOf('PostgreSQL: connections')).toEqual(['90', '90', '90', '510'])
  })

  it('counts what is written by the peak, and what is kept by the mean of a day', () => {
    expect(rowOf('PostgreSQL: write-ahead log, MiB/s')).toEqual(['0.2', '1.6', '16', '157'])
    // 1,000 orders/s × 0.2 × 86,400 s × 16 KiB
    expect(rowOf('PostgreSQL: write-ahead log, GiB/day')[2]).toBe('264')
    // 1,000 orders/s × 0.2 × 86,400 s × 14 days × 5 KiB × 3 copies
    expect(rowOf('Kafka: disk of 14 days, GiB')[2]).toBe('3,461')
  })

  it('adds the cores of all parts', () => {
    // 5 + 10 + 20 + 4 replicas, and 15 + 3 + 1 cores of servers
    expect(rowOf('cores together')[3]).toBe('58')
  })

  it('names the figure that a result lacks', () => {
    const without = { ...result, figures: result.figures.filter(({ name }) => name !== 'CPU of kafka') }
    expect(() => describeCapacity(without)).toThrow(/no figure "CPU of kafka" of the scenario checkout/)
  })
})
