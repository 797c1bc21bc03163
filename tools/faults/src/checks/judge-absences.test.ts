import { expect, test } from 'vitest'
import { judgeAbsences } from './judge-absences.ts'
import { Scores } from './scores.ts'

function judge(longestWaitS: number, looks = 60) {
  const scores = new Scores()
  judgeAbsences([{ service: 'order-service', what: 'freeze', looks, longestWaitS }], scores)
  return scores.results().find(({ number }) => number === 7)
}

test('another replica that publishes in time keeps the promise', () => {
  expect(judge(14.8)).toMatchObject({ result: 'kept', of: { 'times that the publishing replica was away': 1 } })
})

test('an outbox that stands still breaks it', () => {
  const broken = [{ about: 'order-service', what: expect.stringContaining('an event waited 34.5 s in the outbox') }]
  expect(judge(34.5)).toMatchObject({ result: 'broken', broken })
})

test('an absence that nobody looked at shows nothing', () => {
  expect(judge(0, 0)?.result).toBe('n/a')
})
