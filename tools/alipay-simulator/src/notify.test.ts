import { expect, it } from 'vitest'
import { type Attempt, type Notify, nextAttemptAt } from './notify.ts'

const MINUTE = 60_000
const CREATED = 1_000_000
const fresh: Notify = {
  notifyId: 'n',
  outTradeNo: 'o',
  tradeNo: 't',
  url: 'http://x/',
  createdAt: CREATED,
  fields: {},
  attempts: [],
}

function tried(at: number, changed: Partial<Attempt> = {}): Attempt {
  return { kind: 'scheduled', at, durationMs: 1, outcome: 'refused', ...changed }
}

function schedule(timeScale: number): number[] {
  const waits: number[] = []
  let notify = fresh
  for (
    let at = nextAttemptAt(notify, timeScale), last = CREATED;
    at !== undefined;
    at = nextAttemptAt(notify, timeScale)
  ) {
    waits.push(at - last)
    last = at
    notify = { ...notify, attempts: [...notify.attempts, tried(at)] }
  }
  return waits
}

it("delivers an unanswered notify eight times, with Alipay's waits", () => {
  expect(schedule(1).map(wait => wait / MINUTE)).toEqual([0, 4, 10, 10, 60, 120, 360, 900])
  expect(schedule(60).map(wait => wait / 1000)).toEqual([0, 4, 10, 10, 60, 120, 360, 900])
})

it('ends the deliveries after a success, also of a manual one', () => {
  const byHand = tried(CREATED, { kind: 'manual', outcome: 'delivered' })
  expect(nextAttemptAt({ ...fresh, attempts: [tried(CREATED), byHand] }, 1)).toBeUndefined()
})

it('does not count manual and repeated deliveries', () => {
  const attempts = [tried(CREATED), tried(CREATED + 5, { kind: 'manual' }), tried(CREATED + 6, { kind: 'duplicate' })]
  expect(nextAttemptAt({ ...fresh, attempts }, 1)).toBe(CREATED + 4 * MINUTE)
})
