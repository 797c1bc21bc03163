import { expect, test } from 'vitest'
import { judgeTimes } from './judge-times.ts'
import { Scores } from './scores.ts'

const minuteMs = 60_000
const run = { ttlMs: 25_000, fromMs: 1_000_000, untilMs: 1_120_000 }

function judge(createdAtMs: number, ttlMs: number): string[] {
  const scores = new Scores()
  judgeTimes([{ orderId: 'o', createdAtMs, expiresAtMs: createdAtMs + ttlMs }], run, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ what }) => `${number} ${what}`))
}

test('an order of this run that expires after its time is as it should be', () => {
  expect(judge(1_050_000, 25_000)).toEqual([])
  expect(judge(1_050_000, 25_900)).toEqual([])
})

test.each([31, -31])('one that was placed by a clock %i minutes off is found', minutes => {
  expect(judge(1_050_000 + minutes * minuteMs, 25_000)).toEqual([expect.stringMatching(/^10 .* no time of this run/)])
})

test.each([31, -31])('one whose expiry alone is %i minutes off is found', minutes => {
  expect(judge(1_050_000, 25_000 + minutes * minuteMs)).toEqual([expect.stringMatching(/^10 it expires .* not 25 s/)])
})
