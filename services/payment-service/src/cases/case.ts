import type { CaseAction, CaseStatus, CaseTrailName } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import type { Static } from 'typebox'

export type Action = Static<typeof CaseAction>
type Status = Static<typeof CaseStatus>

/** Where a case stands. */
export type CaseState = {
  /** Who works on it; undefined for nobody. */
  readonly claimedBy?: string | undefined
} & (
  | { readonly status: Exclude<Status, 'APPROVED'> }
  /** `by` approved `action`, which is not executed yet: a second approval is missing, or the process ended. */
  | { readonly status: 'APPROVED'; readonly action: Action; readonly by: string }
)

/** What can happen to a case. */
export type CaseInput =
  | { readonly type: 'preview'; readonly action: Action; readonly by: string }
  | { readonly type: 'approve'; readonly action: Action; readonly by: string; readonly secondPerson: boolean }
  | { readonly type: 'executed' }
  | { readonly type: 'failed' }
  | { readonly type: 'claim'; readonly by: string }
  /** Anyone may release a case, so that it does not wait for a person who is away. */
  | { readonly type: 'release'; readonly by: string }

export type CaseDecision =
  /** `next` execute: the action is executed after this is committed. */
  | { readonly outcome: 'changed'; readonly state: CaseState; readonly as: CaseChange; readonly next?: 'execute' }
  /** Nothing but the trail changes. */
  | { readonly outcome: 'noted'; readonly as: 'previewed' }
  /** It is as it should be already. `next` execute: its process may have ended before it executed the action. */
  | { readonly outcome: 'unchanged'; readonly next?: 'execute' }
  | { readonly outcome: 'rejected'; readonly reason: CaseRejected }

export type CaseRejected = 'already_resolved' | 'second_person_required' | 'not_approved' | 'claimed'

/** The name of a change in the case's trail. */
export type CaseChange = Exclude<CaseTrailName, 'opened' | 'previewed' | 'settled'>

/**
 * What an input does to a case. Pure. With `secondPerson`, two different people have to approve the same action. A claimed
 * case is approved only by its claimer, and then by that second person.
 */
export function decideCase(state: CaseState, input: CaseInput): CaseDecision {
  if (state.status === 'RESOLVED') return { outcome: 'rejected', reason: 'already_resolved' }
  switch (input.type) {
    case 'preview':
      return { outcome: 'noted', as: 'previewed' }
    case 'approve':
      return approve(state, input)
    case 'executed':
      return state.status === 'APPROVED'
        ? { outcome: 'changed', state: { claimedBy: state.claimedBy, status: 'RESOLVED' }, as: 'executed' }
        : { outcome: 'rejected', reason: 'not_approved' }
    case 'failed':
      // The next try needs its own approval, because the situation may have changed.
      return state.status === 'APPROVED'
        ? { outcome: 'changed', state: { claimedBy: state.claimedBy, status: 'OPEN' }, as: 'failed' }
        : { outcome: 'rejected', reason: 'not_approved' }
    case 'claim':
      if (state.claimedBy === input.by) return { outcome: 'unchanged' }
      return state.claimedBy === undefined
        ? { outcome: 'changed', state: { ...state, claimedBy: input.by }, as: 'claimed' }
        : { outcome: 'rejected', reason: 'claimed' }
    case 'release':
      return state.claimedBy === undefined
        ? { outcome: 'unchanged' }
        : { outcome: 'changed', state: { ...state, claimedBy: undefined }, as: 'released' }
    default:
      return assertNever(input)
  }
}

function approve(state: CaseState, { action, by, secondPerson }: CaseInput & { type: 'approve' }): CaseDecision {
  const { claimedBy } = state
  const approved: CaseState = { claimedBy, status: 'APPROVED', action, by }
  const isSecond = secondPerson && state.status === 'APPROVED' && state.action === action
  if (claimedBy !== undefined && claimedBy !== by && !isSecond) return { outcome: 'rejected', reason: 'claimed' }
  if (!secondPerson) {
    const isRepeat = state.status === 'APPROVED' && state.action === action && state.by === by
    return isRepeat
      ? { outcome: 'unchanged', next: 'execute' }
      : { outcome: 'changed', state: approved, as: 'approved', next: 'execute' }
  }
  // Another action replaces the approved one and needs two approvals again.
  if (!isSecond) return { outcome: 'changed', state: approved, as: 'approved' }
  if (state.by === by) return { outcome: 'rejected', reason: 'second_person_required' }
  return { outcome: 'changed', state, as: 'approved_by_second', next: 'execute' }
}
