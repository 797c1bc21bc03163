import { describe, expect, it } from 'vitest'
import {
  decideRefund,
  type Permitted,
  permitRefund,
  type Refund,
  type RefundDecision,
  type RefundInput,
  type RefundLimits,
} from './refund.ts'

const now = new Date('2026-01-02T03:04:05.000Z')
const seconds = (n: number) => new Date(now.getTime() + n * 1000)
const queryAfterMs = 10_000

const details = {
  refundId: 'ref_00000000000000000000000000000001',
  orderId: 'ord_1',
  outTradeNo: 'ord_1',
  amountFen: 100,
  shippingFen: 0,
  reason: 'requested',
  returnToStock: false,
  requestedBy: 'ann',
  requestedAt: seconds(-60),
  tries: 0,
} as const
const states = {
  'awaiting approval': { ...details, status: 'AWAITING_APPROVAL' },
  requested: { ...details, status: 'REQUESTED', nextStep: 'refund', nextTryAt: now },
  'to be sent again': { ...details, status: 'PENDING', nextStep: 'refund', nextTryAt: now },
  'to be queried': { ...details, status: 'PENDING', nextStep: 'query', nextTryAt: now },
  'refused, to be queried': { ...details, status: 'PENDING', nextStep: 'query', nextTryAt: now, refusedWith: 'ACQ.NO' },
  succeeded: { ...details, status: 'SUCCEEDED', finishedAt: now },
  failed: { ...details, status: 'FAILED', finishedAt: now, why: 'ACQ.NO', refusedWith: 'ACQ.NO' },
  'approved by bob': {
    ...details,
    status: 'PENDING',
    nextStep: 'query',
    nextTryAt: now,
    approvedBy: 'bob',
    approvedAt: now,
  },
  'rejected by bob': { ...details, status: 'REJECTED', approvedBy: 'bob', approvedAt: now, finishedAt: now, why: 'no' },
} satisfies Record<string, Refund>

const refunded = (answer: (RefundInput & { type: 'refundAnswered' })['answer']): RefundInput => ({
  type: 'refundAnswered',
  answer,
  at: now,
})
const queried = (answer: (RefundInput & { type: 'queryAnswered' })['answer']): RefundInput => ({
  type: 'queryAnswered',
  answer,
  at: now,
})
const inputs = {
  'refund: done': refunded({ outcome: 'done' }),
  'refund: unclear': refunded({ outcome: 'unclear', detail: 'fund_change is N' }),
  'refund: refused': refunded({ outcome: 'refused', code: 'ACQ.NO' }),
  'refund: no funds': refunded({ outcome: 'no_funds', code: 'ACQ.EMPTY' }),
  'query: done': queried({ outcome: 'done' }),
  'query: absent': queried({ outcome: 'absent' }),
  'query: unclear': queried({ outcome: 'unclear', detail: 'timeout' }),
  'retry requested': { type: 'retryRequested', needsApproval: false, at: now },
  'retry that needs an approval': { type: 'retryRequested', needsApproval: true, at: now },
  'approved by bob': { type: 'approved', by: 'bob', at: now },
  'approved by cat': { type: 'approved', by: 'cat', at: now },
  'approved by its requester': { type: 'approved', by: 'ann', at: now },
  'rejected by bob': { type: 'rejected', by: 'bob', reason: 'not so much', at: now },
  'rejected by its requester': { type: 'rejected', by: 'ann', reason: 'a mistake', at: now },
} satisfies Record<string, RefundInput>

/** The state, the next step in seconds from now, and the name of the change: `PENDING query+10 queried_later`. */
function describeDecision(decision: RefundDecision): string {
  if (decision.outcome === 'ignored') return `ignored: ${decision.reason}`
  const { status, nextStep, nextTryAt } = decision.refund
  const next = nextTryAt ? ` ${nextStep}+${(nextTryAt.getTime() - now.getTime()) / 1000}` : ''
  return `${status}${next} ${decision.as}`
}

const open = {
  'refund: done': 'SUCCEEDED succeeded',
  'refund: unclear': 'PENDING query+10 queried_later',
  'refund: refused': 'PENDING query+10 queried_later',
  'refund: no funds': 'PENDING refund+10 sent_later',
  'query: done': 'SUCCEEDED succeeded',
  'query: absent': 'PENDING refund+0 sent_later',
  'query: unclear': 'PENDING query+10 queried_later',
  'retry requested': 'ignored: not_failed',
  'retry that needs an approval': 'ignored: not_failed',
  'approved by bob': 'ignored: not_awaiting',
  'approved by cat': 'ignored: not_awaiting',
  'approved by its requester': 'ignored: not_awaiting',
  'rejected by bob': 'ignored: not_awaiting',
  'rejected by its requester': 'ignored: not_awaiting',
}
/** Without an effect of what Alipay answers. */
const finished = Object.fromEntries(
  Object.entries(open).map(([input, what]) => [input, /^ignored/.test(what) ? what : 'ignored: finished']),
) as typeof open
const table: Record<keyof typeof states, Record<keyof typeof inputs, string>> = {
  'awaiting approval': {
    ...finished,
    'approved by bob': 'REQUESTED refund+0 approved',
    'approved by cat': 'REQUESTED refund+0 approved',
    'approved by its requester': 'ignored: own_request',
    'rejected by bob': 'REJECTED rejected',
    'rejected by its requester': 'REJECTED rejected',
  },
  requested: open,
  'to be sent again': open,
  'to be queried': open,
  'refused, to be queried': { ...open, 'query: absent': 'FAILED failed' },
  succeeded: finished,
  failed: {
    ...finished,
    'retry requested': 'REQUESTED refund+0 retried',
    'retry that needs an approval': 'AWAITING_APPROVAL retried',
  },
  'approved by bob': { ...open, 'approved by bob': 'ignored: decided_before' },
  'rejected by bob': { ...finished, 'rejected by bob': 'ignored: decided_before' },
}

describe.each(Object.keys(states) as (keyof typeof states)[])('a refund that is: %s', state => {
  it.each(Object.keys(inputs) as (keyof typeof inputs)[])('%s', input => {
    expect(describeDecision(decideRefund(states[state], inputs[input], queryAfterMs))).toBe(table[state][input])
  })
})

it('fails a refused refund only once Alipay has no refund of its number', () => {
  const refused = decideRefund(states.requested, inputs['refund: refused'], queryAfterMs)
  if (refused.outcome !== 'changed') throw new Error(describeDecision(refused))
  expect(describeDecision(decideRefund(refused.refund, inputs['query: done'], queryAfterMs))).toBe(
    'SUCCEEDED succeeded',
  )
  const failed = decideRefund(refused.refund, inputs['query: absent'], queryAfterMs)
  expect(failed).toMatchObject({ refund: { status: 'FAILED', why: 'ACQ.NO' } })
})

/** The pauses after successive answers to one refund, s, and the numbers of answers after which it is stuck. */
function answered(answers: readonly (keyof typeof inputs)[]): { pauses: number[]; stuckAfter: number[] } {
  let refund: Refund = states.requested
  const pauses: number[] = []
  const stuckAfter: number[] = []
  for (const answer of answers) {
    const decision = decideRefund(refund, inputs[answer], queryAfterMs)
    if (decision.outcome !== 'changed') throw new Error(describeDecision(decision))
    refund = decision.refund
    pauses.push((refund.nextTryAt!.getTime() - now.getTime()) / 1000)
    if (decision.stuck) stuckAfter.push(pauses.length)
  }
  return { pauses, stuckAfter }
}

it('sends a refund that Alipay has not received again at once, and queries it at growing intervals', () => {
  const round = ['refund: unclear', 'query: absent'] as const
  expect(answered([...round, ...round, ...round, ...round]).pauses).toEqual([10, 0, 30, 0, 60, 0, 300, 0])
})

it('retries without end at growing intervals, and reports the refund as stuck once, then daily', () => {
  const { pauses, stuckAfter } = answered(Array(60).fill('refund: no funds'))
  expect(pauses.slice(0, 12)).toEqual([10, 10, 30, 30, 60, 60, 300, 300, 900, 900, 3600, 3600])
  expect(new Set(pauses.slice(12))).toEqual(new Set([3600]))
  expect(stuckAfter).toEqual([8, 32, 56])
})

describe('what a person may request', () => {
  const describePermitted = (permitted: Permitted) =>
    permitted.outcome === 'permitted'
      ? permitted.needsApproval
        ? 'needs an approval'
        : 'permitted'
      : `exceeds ${permitted.limitFen}, ${permitted.leftFen} left`
  it.each<[number, number, RefundLimits, string]>([
    [1_000_000, 1_000_000, {}, 'permitted'],
    [100, 0, { limitFen: 100 }, 'permitted'],
    [101, 0, { limitFen: 100 }, 'exceeds 100, 100 left'],
    [41, 60, { limitFen: 100 }, 'exceeds 100, 40 left'],
    [1, 300, { limitFen: 100 }, 'exceeds 100, 0 left'],
    [1, 0, { limitFen: 0 }, 'exceeds 0, 0 left'],
    [100, 0, { secondPersonAboveFen: 100 }, 'permitted'],
    [101, 0, { secondPersonAboveFen: 100 }, 'needs an approval'],
    [41, 60, { secondPersonAboveFen: 100 }, 'needs an approval'],
    [1, 0, { secondPersonAboveFen: 0 }, 'needs an approval'],
    [150, 0, { secondPersonAboveFen: 100, limitFen: 200 }, 'needs an approval'],
    [250, 0, { secondPersonAboveFen: 100, limitFen: 200 }, 'exceeds 200, 200 left'],
  ])('%i fen after %i with %o: %s', (amountFen, takenFen, limits, expected) => {
    expect(describePermitted(permitRefund(amountFen, takenFen, limits))).toBe(expected)
  })
})
