import { expect, it } from 'vitest'
import { PromiseScores } from './checks/scores.ts'
import { commandOf, describeRun } from './report.ts'
import type { RunResult } from './run.ts'

const scores = new PromiseScores()
scores.checked(1, 'SKUs', 16)
scores.broken(16, 'ord_1', 'it was acknowledged and does not exist')

const kill = { family: 'kill', service: 'gateway', replica: 1 } as const

const result: RunResult = {
  ...{ seed: 7, seconds: 40, shoppers: 3, brokers: 3, passed: false, restarts: 2, endedByThemselves: [] },
  load: {
    orders: 12,
    did: { buy: 12 },
    methods: { alipay_qr: 12 },
    refused: {},
    failedTries: { 'connection lost': 3 },
  },
  faults: [
    {
      family: 'kill',
      fault: kill,
      what: 'SIGKILL of gateway-1',
      plannedAtS: 2,
      atS: 2.1,
      backAtS: 2.2,
      outcome: 'done',
    },
    {
      family: 'disk',
      fault: { family: 'disk', forMs: 5_000 },
      what: 'PostgreSQL’s disk is full',
      plannedAtS: 3,
      atS: 3,
      backAtS: 3,
      outcome: 'skipped',
      note: 'no mount',
    },
  ],
  events: { published: 60, publishedAgain: 1 },
  settled: { tookS: 9, left: [] },
  books: { orders: { PAID: 11 }, trades: {}, refunds: {}, cases: {} },
  promises: scores.results(),
  alerts: {
    evaluations: 80,
    faults: [
      { what: 'SIGKILL of gateway-1', result: 'raised', alerts: ['ProcessDown'] },
      { what: 'SIGKILL of Redis', result: 'missing', alerts: ['RedisUnavailable'] },
    ],
    raisedQuietly: [],
  },
}

it('names each fault and its outcome, and each promise with its checks', () => {
  const text = describeRun(result)
  expect(text).toContain('seed 7, 40 s, 3 shoppers, 3 brokers')
  expect(text).toContain('SIGKILL of gateway-1')
  expect(text).toMatch(/disk is full {2}– skipped \(no mount\)/)
  expect(text).toContain('✔  1. Stock is never oversold\n        16 checks: 16 SKUs')
  expect(text).toContain('–  5. Money that arrives after closing')
  expect(text).toContain('n/a: nothing of the kind happened in this run')
  expect(text).toContain('✖ ord_1: it was acknowledged and does not exist')
  expect(text).toContain('✔ SIGKILL of gateway-1: raised ProcessDown')
  expect(text).toContain('✖ SIGKILL of Redis: did not raise RedisUnavailable')
  expect(text.split('\n').at(-1)).toBe('✖ not passed')
})

it('names what has not settled', () => {
  const left = [{ promise: 10 as const, what: '2 orders CLOSING' }]
  expect(describeRun({ ...result, settled: { tookS: 360, left } })).toContain(
    'Not settled after 360 s: 2 orders CLOSING',
  )
})

it('gives the command that repeats the run', () => {
  const options = { seed: 7, seconds: 40, shoppers: 3, brokers: 3, quiet: false, soak: false }
  expect(commandOf(options)).toBe('npm run faults -- --seed 7 --seconds 40 --shoppers 3 --brokers 3')
  expect(commandOf({ ...options, only: ['kill', 'disk'], soak: true })).toBe(
    'npm run faults -- --seed 7 --seconds 40 --shoppers 3 --brokers 3 --only kill,disk --soak',
  )
})
