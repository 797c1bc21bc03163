import { describe, expect, it } from 'vitest'
import { type CaseInput, type CaseState, decideCase } from './case.ts'

const open: CaseState = { status: 'OPEN' }
const approved: CaseState = { status: 'APPROVED', action: 'retry_refund', by: 'ann' }
const resolved: CaseState = { status: 'RESOLVED' }
const approve = (by: string, secondPerson: boolean, action: 'retry_refund' | 'none' = 'retry_refund'): CaseInput => ({
  type: 'approve',
  action,
  by,
  secondPerson,
})
const claimed: CaseState = { ...open, claimedBy: 'ann' }
const approvedAndClaimed: CaseState = { ...approved, claimedBy: 'ann' }
const claim = (by: string): CaseInput => ({ type: 'claim', by })
const release = (by: string): CaseInput => ({ type: 'release', by })
const preview: CaseInput = { type: 'preview', action: 'retry_refund', by: 'ann' }

const noted = { outcome: 'noted', as: 'previewed' }
const rejected = (reason: string) => ({ outcome: 'rejected', reason })
const execute = { next: 'execute' }

describe('a case', () => {
  it.each<[string, CaseState, CaseInput, object]>([
    ['open, previewed: only the trail changes', open, preview, noted],
    [
      'open, approved, one approval is enough: executed now',
      open,
      approve('ann', false),
      { state: approved, ...execute },
    ],
    [
      'open, approved, two approvals are required: waits',
      open,
      approve('ann', true),
      { state: approved, as: 'approved' },
    ],
    ['open, executed without approval', open, { type: 'executed' }, rejected('not_approved')],
    ['open, failed without approval', open, { type: 'failed' }, rejected('not_approved')],
    ['approved, previewed', approved, preview, noted],
    ['approved by the same person again', approved, approve('ann', true), rejected('second_person_required')],
    [
      'approved by a second person: executed now',
      approved,
      approve('bob', true),
      { as: 'approved_by_second', ...execute, state: approved },
    ],
    [
      'approved, and another person approves another action: that is the first of two approvals',
      approved,
      approve('bob', true, 'none'),
      { as: 'approved', state: { status: 'APPROVED', action: 'none', by: 'bob' } },
    ],
    ['approved again after a crash: executed now', approved, approve('ann', false), execute],
    ['approved, executed', approved, { type: 'executed' }, { state: resolved, as: 'executed' }],
    ['approved, failed: open again', approved, { type: 'failed' }, { state: open, as: 'failed' }],
    ['resolved, previewed', resolved, preview, rejected('already_resolved')],
    ['resolved, approved', resolved, approve('bob', false), rejected('already_resolved')],
    ['resolved, executed', resolved, { type: 'executed' }, rejected('already_resolved')],
    ['resolved, failed', resolved, { type: 'failed' }, rejected('already_resolved')],
    ['open, claimed', open, claim('ann'), { state: claimed, as: 'claimed' }],
    ['claimed by the same person again', claimed, claim('ann'), { outcome: 'unchanged' }],
    ['claimed by another person', claimed, claim('bob'), rejected('claimed')],
    ['claimed, released by anyone', claimed, release('bob'), { state: { status: 'OPEN', claimedBy: undefined } }],
    ['not claimed, released', open, release('ann'), { outcome: 'unchanged' }],
    ['resolved, claimed', resolved, claim('ann'), rejected('already_resolved')],
    ['resolved, released', resolved, release('ann'), rejected('already_resolved')],
    ['claimed, approved by its claimer', claimed, approve('ann', false), { state: approvedAndClaimed, ...execute }],
    ['claimed, approved by another person', claimed, approve('bob', false), rejected('claimed')],
    ['claimed, approved first by another person', claimed, approve('bob', true), rejected('claimed')],
    ['claimed, previewed by another person', claimed, { ...preview, by: 'bob' } as CaseInput, noted],
    [
      'approved by its claimer, then by a second person: executed now',
      approvedAndClaimed,
      approve('bob', true),
      { as: 'approved_by_second', ...execute },
    ],
    [
      'approved by its claimer, and another person approves another action',
      approvedAndClaimed,
      approve('bob', true, 'none'),
      rejected('claimed'),
    ],
    [
      'claimed and executed: the claim stays',
      approvedAndClaimed,
      { type: 'executed' },
      { state: { claimedBy: 'ann' } },
    ],
    ['claimed and failed: the claim stays', approvedAndClaimed, { type: 'failed' }, { state: claimed }],
  ])('%s', (_name, state, input, expected) => {
    expect(decideCase(state, input)).toMatchObject(expected)
  })

  it('that waits for a second approval is not executed', () => {
    expect(decideCase(open, approve('ann', true))).not.toHaveProperty('next')
  })
})
