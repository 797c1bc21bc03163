import type { AuditAction, Case, ResolveCaseBody } from '@alipay-checkout/contracts'
import { type Actor, Problem } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { findCase, lockCase } from '../case-store/read-cases.ts'
import { cases, caseTrail } from '../case-store/schema.ts'
import { type ActionDependencies, type Plan, planAction } from './actions.ts'
import { type CaseChange, type CaseInput, type CaseRejected, type CaseState, decideCase } from './case.ts'

type CaseRow = typeof cases.$inferSelect

/** What a change by a person is called in the audit log. An action that failed changes nothing: the trail shows it. */
const audited: Record<Exclude<CaseChange, 'failed'>, AuditAction> = {
  approved: 'case.approve',
  approved_by_second: 'case.approve',
  executed: 'case.resolve',
  claimed: 'case.claim',
  released: 'case.release',
}

/**
 * Previews or approves an action for a case, and executes it once it is approved: the approval is committed, then the
 * action, then its result. The case's trail shows all of it. A crash in between leaves the case approved; approving again
 * executes the action again, which is safe. Throws the problems `case-not-found`, `case-already-resolved`, `case-claimed`,
 * `second-person-required`, and those of the action.
 */
export async function resolveCase(
  caseId: string,
  { action, note, preview = true }: ResolveCaseBody,
  actor: Actor,
  dependencies: ActionDependencies,
): Promise<Case> {
  const { db, secondPerson } = dependencies
  const by = actor.id
  const input: CaseInput = preview ? { type: 'preview', action, by } : { type: 'approve', action, by, secondPerson }
  const { plan, execute } = await db.transaction(async tx => {
    const row = await known(tx, caseId)
    const plan = planAction(row, action, dependencies)
    const text = preview ? `would: ${plan.would}. ${note}` : `${action}: ${note}`
    return { plan, execute: await apply(tx, row, input, actor, { note: text, reason: note }) }
  })
  if (execute) await run(caseId, plan, { actor, reason: note }, db)
  return (await findCase(db, caseId)) as Case
}

/**
 * Claims a case for a person, or releases it, whoever has claimed it; the audit log shows who did. Repeating either
 * changes nothing. Throws the problems `case-not-found`, `case-already-resolved` and `case-claimed`.
 */
export async function claimCase(caseId: string, type: 'claim' | 'release', actor: Actor, db: Db): Promise<Case> {
  await db.transaction(async tx => apply(tx, await known(tx, caseId), { type, by: actor.id }, actor))
  return (await findCase(db, caseId)) as Case
}

async function run(
  caseId: string,
  plan: Plan,
  { actor, reason }: { actor: Actor; reason: string },
  db: Db,
): Promise<void> {
  const end = (type: 'executed' | 'failed', note: string) =>
    db.transaction(async tx => {
      const row = await known(tx, caseId)
      // Another approval at the same moment may have recorded its result first; the action was the same.
      if (row.status === 'APPROVED') await apply(tx, row, { type }, actor, { note, reason })
    })
  let result: string
  try {
    result = await plan.run(actor)
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

/** Decides, and writes the state, the trail and the audit log. Resolves to whether the action is to be executed now. */
async function apply(
  tx: Tx,
  row: CaseRow,
  input: CaseInput,
  actor: Actor,
  { note, reason }: { note?: string; reason?: string } = {},
): Promise<boolean> {
  const { caseId, orderId } = row
  const before = stateOf(row)
  const decision = decideCase(before, input)
  if (decision.outcome === 'rejected') throw refusal(row, decision.reason)
  if (decision.outcome === 'unchanged') return decision.next === 'execute'
  if (decision.as === 'approved_by_second' && (await isSecondApproval(tx, caseId, actor))) return true
  await tx.insert(caseTrail).values({ caseId, by: actor.id, what: decision.as, note })
  if (decision.outcome === 'noted') return false
  const { state, as } = decision
  await tx.update(cases).set(columnsOf(state)).where(eq(cases.caseId, caseId))
  if (as !== 'failed') {
    // The result of an action is its note.
    const after = { ...state, ...(as === 'executed' ? { action: row.approvedAction, result: note } : {}) }
    const change = { actor, action: audited[as], object: caseId, orderId: orderId ?? undefined, before, after, reason }
    await runAll(tx, auditInserts([change]))
  }
  return decision.next === 'execute'
}

/** Whether this person's second approval is noted already: a double click, or a repeat after a crash. */
async function isSecondApproval(tx: Tx, caseId: string, { id }: Actor): Promise<boolean> {
  const [last] = await tx
    .select({ by: caseTrail.by, what: caseTrail.what })
    .from(caseTrail)
    .where(and(eq(caseTrail.caseId, caseId), inArray(caseTrail.what, ['approved', 'approved_by_second', 'failed'])))
    .orderBy(desc(caseTrail.id))
    .limit(1)
  return last?.what === 'approved_by_second' && last.by === id
}

function stateOf({ status, approvedAction, approvedBy, claimedBy }: CaseRow): CaseState {
  const claim = { claimedBy: claimedBy ?? undefined }
  if (status !== 'APPROVED') return { ...claim, status }
  return { ...claim, status, action: approvedAction as NonNullable<typeof approvedAction>, by: approvedBy as string }
}

function columnsOf(state: CaseState) {
  const { claimedBy = null } = state
  return {
    status: state.status,
    claimedBy,
    claimedAt: claimedBy === null ? null : sql`coalesce(${cases.claimedAt}, now())`,
    ...(state.status === 'APPROVED' ? { approvedAction: state.action, approvedBy: state.by } : {}),
    ...(state.status === 'RESOLVED' ? { resolvedAt: sql`now()` } : {}),
  }
}

function refusal({ caseId, claimedBy }: CaseRow, reason: CaseRejected): Problem {
  switch (reason) {
    case 'already_resolved':
      return new Problem('case-already-resolved', `${caseId} is resolved; its trail shows by whom.`)
    case 'claimed':
      return new Problem('case-claimed', `${claimedBy} works on ${caseId}. It can be released first.`, { claimedBy })
    case 'second_person_required':
      return new Problem(
        'second-person-required',
        'You have approved this action. Now another person has to approve it too.',
      )
    case 'not_approved':
      return new Problem('internal-error', 'The case changed at the same moment. Read it again.')
  }
}
