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
  ])('%s', (_name, state, input, expected) => {
    expect(decideCase(state, input)).toMatchObject(expected)
  })

  it('that waits for a second approval is not executed', () => {
    expect(decideCase(open, approve('ann', true))).not.toHaveProperty('next')
  })
})
