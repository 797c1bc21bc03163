import { expect, it } from 'vitest'
import { judgeTimes } from './judge-times.ts'
import { PromiseScores } from './scores.ts'

const minuteMs = 60_000
const run = { ttlMs: 25_000, fromMs: 1_000_000, untilMs: 1_120_000 }

function judge(createdAtMs: number, ttlMs: number): string[] {
  const scores = new PromiseScores()
  judgeTimes([{ orderId: 'o', createdAtMs, expiresAtMs: createdAtMs + ttlMs }], run, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ what }) => `${number} ${what}`))
}

it('accepts an order of this run that expires after its time', () => {
  expect(judge(1_050_000, 25_000)).toEqual([])
  expect(judge(1_050_000, 25_900)).toEqual([])
})

it.each([31, -31])('finds an order placed by a clock %i minutes off', minutes => {
  expect(judge(1_050_000 + minutes * minuteMs, 25_000)).toEqual([expect.stringMatching(/^10 .* outside this run/)])
})

it.each([31, -31])('finds an order whose expiry is %i minutes off', minutes => {
  expect(judge(1_050_000, 25_000 + minutes * minuteMs)).toEqual([expect.stringMatching(/^10 it expires .* not 25 s/)])
})
