import { expect, test } from 'vitest'
import { Scores } from './checks/scores.ts'
import { commandOf, describeRun } from './report.ts'
import type { RunResult } from './run.ts'

const scores = new Scores()
scores.looked(1, 'SKUs', 16)
scores.broke(16, 'ord_1', 'it was acknowledged, and is not there')

const result: RunResult = {
  ...{ seed: 7, seconds: 40, shoppers: 3, brokers: 3, passed: false, restarts: 2, endedByThemselves: [] },
  load: { orders: 12, did: { buy: 12 }, refused: {}, failedTries: { 'cut off': 3 } },
  faults: [
    { family: 'kill', what: 'SIGKILL of gateway-1', plannedAtS: 2, atS: 2.1, backAtS: 2.2, outcome: 'done' },
    {
      family: 'disk',
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
}

test('a report names what was done, what could not be, and each promise with what was looked at', () => {
  const text = describeRun(result)
  expect(text).toContain('seed 7, 40 s, 3 shoppers, 3 brokers')
  expect(text).toContain('SIGKILL of gateway-1')
  expect(text).toMatch(/disk is full {2}– skipped \(no mount\)/)
  expect(text).toContain('✔  1. Never oversold\n        16 checks: 16 SKUs')
  expect(text).toContain('–  5. Money that came after closing')
  expect(text).toContain('n/a: nothing of the kind happened in this run')
  expect(text).toContain('✖ ord_1: it was acknowledged, and is not there')
  expect(text.split('\n').at(-1)).toBe('✖ not passed')
})

test('what has not settled is said', () => {
  const left = [{ promise: 10 as const, what: '2 orders CLOSING' }]
  expect(describeRun({ ...result, settled: { tookS: 360, left } })).toContain(
    'Not settled after 360 s: 2 orders CLOSING',
  )
})

test('the command repeats the run, with everything that decides it', () => {
  const options = { seed: 7, seconds: 40, shoppers: 3, brokers: 3, soak: false }
  expect(commandOf(options)).toBe('npm run faults -- --seed 7 --seconds 40 --shoppers 3 --brokers 3')
  expect(commandOf({ ...options, only: ['kill', 'disk'], soak: true })).toBe(
    'npm run faults -- --seed 7 --seconds 40 --shoppers 3 --brokers 3 --only kill,disk --soak',
  )
})
