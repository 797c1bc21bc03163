import type { Case, ResolveCaseBody } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import type { Db, Tx } from '@alipay-checkout/service-kit/database'
import { eq, sql } from 'drizzle-orm'
import { findCase, lockCase } from '../case-store/read-cases.ts'
import { cases, caseTrail } from '../case-store/schema.ts'
import { type ActionParts, type Plan, planAction } from './actions.ts'
import { type CaseInput, type CaseState, decideCase } from './case.ts'

type CaseRow = typeof cases.$inferSelect

export interface ResolveParts extends ActionParts {
  /** Two different people have to approve an action. */
  secondPerson: boolean
}

/**
 * Previews or approves what is to be done about a case, and does it once that is approved: the approval is committed,
 * then the action, then its result. All of it is in the case's trail. A crash in between leaves the case approved;
 * approving again does the same action again, which is safe. Throws the problems `case-not-found`,
 * `case-already-resolved`, `second-person-required`, and what the action met with.
 */
export async function resolveCase(
  caseId: string,
  { action, note, preview = true }: ResolveCaseBody,
  by: string,
  parts: ResolveParts,
): Promise<Case> {
  const { db, secondPerson } = parts
  const input: CaseInput = preview ? { type: 'preview', action, by } : { type: 'approve', action, by, secondPerson }
  const { plan, execute } = await db.transaction(async tx => {
    const row = await known(tx, caseId)
    const plan = planAction(row, action, parts)
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
      // Somebody who approved at the same moment was quicker; what was done is the same.
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

/** Decides, and writes the state and the trail. Resolves to whether the action is to be done now. */
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
      return new Problem('case-already-resolved', `${caseId} is resolved; its trail says by whom.`)
    case 'second_person_required':
      return new Problem('second-person-required', 'You have approved this. Now somebody else has to approve the same.')
    case 'not_approved':
      return new Problem('internal-error', 'This is not your mistake. Look at the case again.')
  }
}
