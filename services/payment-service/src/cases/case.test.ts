import { describe, expect, test } from 'vitest'
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
  test.each<[string, CaseState, CaseInput, object]>([
    ['open, previewed: only the trail says so', open, preview, noted],
    ['open, approved, one person is enough: done now', open, approve('ann', false), { state: approved, ...execute }],
    ['open, approved, two are asked for: waits', open, approve('ann', true), { state: approved, as: 'approved' }],
    ['open, done without approval', open, { type: 'executed' }, rejected('not_approved')],
    ['open, failed without approval', open, { type: 'failed' }, rejected('not_approved')],
    ['approved, previewed', approved, preview, noted],
    ['approved by the same person again', approved, approve('ann', true), rejected('second_person_required')],
    [
      'approved by a second person: done now',
      approved,
      approve('bob', true),
      { as: 'approved_by_second', ...execute, state: approved },
    ],
    [
      'approved, and a second person wants something else: they are the first of two again',
      approved,
      approve('bob', true, 'none'),
      { as: 'approved', state: { status: 'APPROVED', action: 'none', by: 'bob' } },
    ],
    ['cut short while it was done, approved again: done now', approved, approve('ann', false), execute],
    ['approved, done', approved, { type: 'executed' }, { state: resolved, as: 'executed' }],
    ['approved, failed: open again', approved, { type: 'failed' }, { state: open, as: 'failed' }],
    ['resolved, previewed', resolved, preview, rejected('already_resolved')],
    ['resolved, approved', resolved, approve('bob', false), rejected('already_resolved')],
    ['resolved, done', resolved, { type: 'executed' }, rejected('already_resolved')],
    ['resolved, failed', resolved, { type: 'failed' }, rejected('already_resolved')],
  ])('%s', (_name, state, input, expected) => {
    expect(decideCase(state, input)).toMatchObject(expected)
  })

  test('that waits for a second person is not done yet', () => {
    expect(decideCase(open, approve('ann', true))).not.toHaveProperty('next')
  })
})
