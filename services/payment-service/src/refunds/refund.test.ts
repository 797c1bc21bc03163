import { describe, expect, it } from 'vitest'
import { decideRefund, type Refund, type RefundDecision, type RefundInput } from './refund.ts'

const now = new Date('2026-01-02T03:04:05.000Z')
const seconds = (n: number) => new Date(now.getTime() + n * 1000)
const queryAfterMs = 10_000

const facts = {
  refundId: 'ref_00000000000000000000000000000001',
  orderId: 'ord_1',
  outTradeNo: 'ord_1',
  amountFen: 100,
  reason: 'requested',
  returnToStock: false,
  requestedBy: 'ann',
  requestedAt: seconds(-60),
  tries: 0,
} as const
const states = {
  requested: { ...facts, status: 'REQUESTED', nextStep: 'refund', nextTryAt: now },
  'to be asked again': { ...facts, status: 'PENDING', nextStep: 'refund', nextTryAt: now },
  'to be queried': { ...facts, status: 'PENDING', nextStep: 'query', nextTryAt: now },
  'refused, to be queried': { ...facts, status: 'PENDING', nextStep: 'query', nextTryAt: now, refusedWith: 'ACQ.NO' },
  succeeded: { ...facts, status: 'SUCCEEDED', finishedAt: now },
  failed: { ...facts, status: 'FAILED', finishedAt: now, why: 'ACQ.NO', refusedWith: 'ACQ.NO' },
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
  'retry asked': { type: 'retryRequested', at: now },
} satisfies Record<string, RefundInput>

/** State, next step and when, in seconds from now: `PENDING query+10 queried_later`. */
function inWords(decision: RefundDecision): string {
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
  'retry asked': 'ignored: not_failed',
}
const finished = Object.fromEntries(Object.keys(inputs).map(input => [input, 'ignored: finished'])) as typeof open
const table: Record<keyof typeof states, Record<keyof typeof inputs, string>> = {
  requested: open,
  'to be asked again': open,
  'to be queried': open,
  'refused, to be queried': { ...open, 'query: absent': 'FAILED failed' },
  succeeded: { ...finished, 'retry asked': 'ignored: not_failed' },
  failed: { ...finished, 'retry asked': 'REQUESTED refund+0 retried' },
}

describe.each(Object.keys(states) as (keyof typeof states)[])('a refund that is: %s', state => {
  it.each(Object.keys(inputs) as (keyof typeof inputs)[])('%s', input => {
    expect(inWords(decideRefund(states[state], inputs[input], queryAfterMs))).toBe(table[state][input])
  })
})

it('what Alipay refused has failed only once Alipay does not know it either', () => {
  const refused = decideRefund(states.requested, inputs['refund: refused'], queryAfterMs)
  if (refused.outcome !== 'changed') throw new Error(inWords(refused))
  expect(inWords(decideRefund(refused.refund, inputs['query: done'], queryAfterMs))).toBe('SUCCEEDED succeeded')
  const failed = decideRefund(refused.refund, inputs['query: absent'], queryAfterMs)
  expect(failed).toMatchObject({ refund: { status: 'FAILED', why: 'ACQ.NO' } })
})

/** Pauses that answers to one refund lead to, one after the other, s; and after how many a person was told. */
function answered(answers: readonly (keyof typeof inputs)[]): { pauses: number[]; stuckAfter: number[] } {
  let refund: Refund = states.requested
  const pauses: number[] = []
  const stuckAfter: number[] = []
  for (const answer of answers) {
    const decision = decideRefund(refund, inputs[answer], queryAfterMs)
    if (decision.outcome !== 'changed') throw new Error(inWords(decision))
    refund = decision.refund
    pauses.push((refund.nextTryAt!.getTime() - now.getTime()) / 1000)
    if (decision.stuck) stuckAfter.push(pauses.length)
  }
  return { pauses, stuckAfter }
}

it('a refund that Alipay has not received is sent again at once, and queried at growing intervals', () => {
  const round = ['refund: unclear', 'query: absent'] as const
  expect(answered([...round, ...round, ...round, ...round]).pauses).toEqual([10, 0, 30, 0, 60, 0, 300, 0])
})

it('is tried without end at growing intervals, and is reported as stuck once', () => {
  const { pauses, stuckAfter } = answered(Array(12).fill('refund: no funds'))
  expect(pauses).toEqual([10, 10, 30, 30, 60, 60, 300, 300, 900, 900, 3600, 3600])
  expect(stuckAfter).toEqual([8])
})
