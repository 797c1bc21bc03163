import type { CaseAction, CaseStatus } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import type { Static } from 'typebox'

export type Action = Static<typeof CaseAction>
type Status = Static<typeof CaseStatus>

/** Where a case stands. */
export type CaseState =
  | { readonly status: Exclude<Status, 'APPROVED'> }
  /** `by` approved `action`, which is not executed yet: a second approval is missing, or the process ended. */
  | { readonly status: 'APPROVED'; readonly action: Action; readonly by: string }

/** What can happen to a case. */
export type CaseInput =
  | { readonly type: 'preview'; readonly action: Action; readonly by: string }
  | { readonly type: 'approve'; readonly action: Action; readonly by: string; readonly secondPerson: boolean }
  | { readonly type: 'executed' }
  | { readonly type: 'failed' }

export type CaseDecision =
  /** `next` execute: the action is executed after this is committed. */
  | { readonly outcome: 'changed'; readonly state: CaseState; readonly as: CaseChange; readonly next?: 'execute' }
  /** Nothing but the trail changes. */
  | { readonly outcome: 'noted'; readonly as: 'previewed' }
  | { readonly outcome: 'rejected'; readonly reason: 'already_resolved' | 'second_person_required' | 'not_approved' }

/** The name of a change in the case's trail. */
export type CaseChange = 'approved' | 'approved_by_second' | 'executed' | 'failed'

/** What an input does to a case. Pure. With `secondPerson`, two different people have to approve the same action. */
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
      // The next try needs its own approval, because the situation may have changed.
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
  // Another action replaces the approved one and needs two approvals again.
  if (state.status !== 'APPROVED' || state.action !== action) {
    return { outcome: 'changed', state: approved, as: 'approved' }
  }
  if (state.by === by) return { outcome: 'rejected', reason: 'second_person_required' }
  return { outcome: 'changed', state, as: 'approved_by_second', next: 'execute' }
}
