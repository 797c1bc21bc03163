import type { Case, ResolveCaseBody } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import type { Db, Tx } from '@alipay-checkout/service-kit/database'
import { eq, sql } from 'drizzle-orm'
import { findCase, lockCase } from '../case-store/read-cases.ts'
import { cases, caseTrail } from '../case-store/schema.ts'
import { type ActionDependencies, type Plan, planAction } from './actions.ts'
import { type CaseInput, type CaseState, decideCase } from './case.ts'

type CaseRow = typeof cases.$inferSelect

export interface CaseDependencies extends ActionDependencies {
  /** An action needs the approval of two different people. */
  secondPerson: boolean
}

/**
 * Previews or approves an action for a case, and executes it once it is approved: the approval is committed, then the
 * action, then its result. The case's trail shows all of it. A crash in between leaves the case approved; approving again
 * executes the action again, which is safe. Throws the problems `case-not-found`, `case-already-resolved`,
 * `second-person-required`, and those of the action.
 */
export async function resolveCase(
  caseId: string,
  { action, note, preview = true }: ResolveCaseBody,
  by: string,
  dependencies: CaseDependencies,
): Promise<Case> {
  const { db, secondPerson } = dependencies
  const input: CaseInput = preview ? { type: 'preview', action, by } : { type: 'approve', action, by, secondPerson }
  const { plan, execute } = await db.transaction(async tx => {
    const row = await known(tx, caseId)
    const plan = planAction(row, action, dependencies)
    const what = preview ? `would: ${plan.would}. ${note}` : `${action}: ${note}`
    return { plan, execute: await apply(tx, row, input, by, what) }
  })
  if (execute) await run(caseId, plan, by, db)
  return (await findCase(db, caseId)) as Case
}

async function run(caseId: string, plan: Plan, by: string, db: Db): Promise<void> {
  const end = (type: 'executed' | 'failed', note: string) =>
    db.transaction(async tx => {
      const row = await known(tx, caseId)
      // Another approval at the same moment may have recorded its result first; the action was the same.
      if (row.status === 'APPROVED') await apply(tx, row, { type }, by, note)
    })
  let result: string
  try {
    result = await plan.run(by)
  } catch (error) {
    await end('failed', (error as Error).message)
    throw error
  }
  await end('executed', result)
}

async function known(tx: Tx, caseId: string): Promise<CaseRow> {
  const row = await lockCase(tx, caseId)
  if (!row) throw new Problem('case-not-found', `There is no case ${caseId}.`)
  return row
}

/** Decides, and writes the state and the trail. Resolves to whether the action is to be executed now. */
async function apply(tx: Tx, row: CaseRow, input: CaseInput, by: string, note: string): Promise<boolean> {
  const decision = decideCase(stateOf(row), input)
  if (decision.outcome === 'rejected') throw refusal(row, decision.reason)
  await tx.insert(caseTrail).values({ caseId: row.caseId, by, what: decision.as, note })
  if (decision.outcome === 'noted') return false
  await tx.update(cases).set(columnsOf(decision.state)).where(eq(cases.caseId, row.caseId))
  return decision.next === 'execute'
}

function stateOf({ status, approvedAction, approvedBy }: CaseRow): CaseState {
  if (status !== 'APPROVED') return { status }
  return { status, action: approvedAction as NonNullable<typeof approvedAction>, by: approvedBy as string }
}

function columnsOf(state: CaseState) {
  return state.status === 'APPROVED'
    ? { status: state.status, approvedAction: state.action, approvedBy: state.by }
    : { status: state.status, ...(state.status === 'RESOLVED' ? { resolvedAt: sql`now()` } : {}) }
}

function refusal({ caseId }: CaseRow, reason: 'already_resolved' | 'second_person_required' | 'not_approved'): Problem {
  switch (reason) {
    case 'already_resolved':
      return new Problem('case-already-resolved', `${caseId} is resolved; its trail shows by whom.`)
    case 'second_person_required':
      return new Problem(
        'second-person-required',
        'You have approved this action. Now another person has to approve it too.',
      )
    case 'not_approved':
      return new Problem('internal-error', 'The case changed at the same moment. Read it again.')
  }
}
