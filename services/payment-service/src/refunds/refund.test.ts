import { describe, expect, it } from 'vitest'
import { decideRefund, type Refund, type RefundDecision, type RefundInput } from './refund.ts'

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
  requested: { ...details, status: 'REQUESTED', nextStep: 'refund', nextTryAt: now },
  'to be sent again': { ...details, status: 'PENDING', nextStep: 'refund', nextTryAt: now },
  'to be queried': { ...details, status: 'PENDING', nextStep: 'query', nextTryAt: now },
  'refused, to be queried': { ...details, status: 'PENDING', nextStep: 'query', nextTryAt: now, refusedWith: 'ACQ.NO' },
  succeeded: { ...details, status: 'SUCCEEDED', finishedAt: now },
  failed: { ...details, status: 'FAILED', finishedAt: now, why: 'ACQ.NO', refusedWith: 'ACQ.NO' },
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
  'retry requested': { type: 'retryRequested', at: now },
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
}
const finished = Object.fromEntries(Object.keys(inputs).map(input => [input, 'ignored: finished'])) as typeof open
const table: Record<keyof typeof states, Record<keyof typeof inputs, string>> = {
  requested: open,
  'to be sent again': open,
  'to be queried': open,
  'refused, to be queried': { ...open, 'query: absent': 'FAILED failed' },
  succeeded: { ...finished, 'retry requested': 'ignored: not_failed' },
  failed: { ...finished, 'retry requested': 'REQUESTED refund+0 retried' },
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

it('retries without end at growing intervals, and reports the refund as stuck once', () => {
  const { pauses, stuckAfter } = answered(Array(12).fill('refund: no funds'))
  expect(pauses).toEqual([10, 10, 30, 30, 60, 60, 300, 300, 900, 900, 3600, 3600])
  expect(stuckAfter).toEqual([8])
})
