import type { CaseAction, CaseStatus } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import type { Static } from 'typebox'

export type Action = Static<typeof CaseAction>
type Status = Static<typeof CaseStatus>

/** Where a case stands. */
export type CaseState =
  | { readonly status: Exclude<Status, 'APPROVED'> }
  /** `action` was approved by `by` and is not done yet: a second person is asked for, or doing it was cut short. */
  | { readonly status: 'APPROVED'; readonly action: Action; readonly by: string }

/** What can happen to a case. */
export type CaseInput =
  | { readonly type: 'preview'; readonly action: Action; readonly by: string }
  | { readonly type: 'approve'; readonly action: Action; readonly by: string; readonly secondPerson: boolean }
  | { readonly type: 'executed' }
  | { readonly type: 'failed' }

export type CaseDecision =
  /** `next` execute: the action is to be done now, after this is committed. */
  | { readonly outcome: 'changed'; readonly state: CaseState; readonly as: CaseChange; readonly next?: 'execute' }
  /** Nothing but the trail changes. */
  | { readonly outcome: 'noted'; readonly as: 'previewed' }
  | { readonly outcome: 'rejected'; readonly reason: 'already_resolved' | 'second_person_required' | 'not_approved' }

/** What the trail calls it. */
export type CaseChange = 'approved' | 'approved_by_second' | 'executed' | 'failed'

/** What an input does to a case. Pure. `secondPerson` says whether two different people have to approve the same action. */
export function decideCase(state: CaseState, input: CaseInput): CaseDecision {
  if (state.status === 'RESOLVED') return { outcome: 'rejected', reason: 'already_resolved' }
  switch (input.type) {
    case 'preview':
      return { outcome: 'noted', as: 'previewed' }
    case 'approve':
      return approve(state, input)
    case 'executed':
      return state.status === 'APPROVED'
        ? { outcome: 'changed', state: { status: 'RESOLVED' }, as: 'executed' }
        : { outcome: 'rejected', reason: 'not_approved' }
    case 'failed':
      // It is as open as before: the next try needs its own approval, because things may have changed.
      return state.status === 'APPROVED'
        ? { outcome: 'changed', state: { status: 'OPEN' }, as: 'failed' }
        : { outcome: 'rejected', reason: 'not_approved' }
    default:
      return assertNever(input)
  }
}

function approve(state: CaseState, { action, by, secondPerson }: CaseInput & { type: 'approve' }): CaseDecision {
  const approved: CaseState = { status: 'APPROVED', action, by }
  if (!secondPerson) return { outcome: 'changed', state: approved, as: 'approved', next: 'execute' }
  // Another action is another proposal: whoever makes it is the first of two again.
  if (state.status !== 'APPROVED' || state.action !== action) {
    return { outcome: 'changed', state: approved, as: 'approved' }
  }
  if (state.by === by) return { outcome: 'rejected', reason: 'second_person_required' }
  return { outcome: 'changed', state, as: 'approved_by_second', next: 'execute' }
}
