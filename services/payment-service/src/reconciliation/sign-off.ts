import { type Actor, Problem } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import { desc, eq, sql } from 'drizzle-orm'
import { describeUnsettled } from './read-runs.ts'
import type { Run } from './runs.ts'
import { reconciliationRuns as runs } from './schema.ts'

/**
 * Signs off the newest run of a day in the name of an actor. Signing off again changes nothing.
 *
 * @throws Problem `reconciliation-not-found` without a run, `reconciliation-not-settled` while the run is not DONE or a
 *   difference needs a person
 */
export async function signOff(
  db: Db,
  { date, note, actor }: { date: string; note: string | undefined; actor: Actor },
): Promise<Run> {
  return db.transaction(async tx => {
    const [run] = await tx
      .select()
      .from(runs)
      .where(eq(runs.billDate, date))
      .orderBy(desc(runs.runId))
      .limit(1)
      .for('update')
    if (!run) throw reconciliationNotFound(date)
    if (run.signedOffAt) return run
    if (run.status !== 'DONE') {
      throw new Problem(
        'reconciliation-not-settled',
        `The newest comparison of ${date} is ${run.status}. Sign it off once it is DONE.`,
        { runStatus: run.status },
      )
    }
    const unsettled = await describeUnsettled(tx, date)
    if (unsettled !== '') {
      throw new Problem(
        'reconciliation-not-settled',
        `The comparison of ${date} has unsettled differences: ${unsettled}. Resolve their cases, or compare the day again once they are gone.`,
        { runStatus: run.status },
      )
    }
    const [signed] = await tx
      .update(runs)
      .set({ signedOffBy: actor.id, signedOffAt: sql`now()`, signOffNote: note ?? null })
      .where(eq(runs.runId, run.runId))
      .returning()
    const { runId, differences } = run
    await runAll(
      tx,
      auditInserts([
        {
          actor,
          action: 'reconciliation.sign-off',
          object: date,
          before: { signedOffBy: null },
          after: { runId, signedOffBy: actor.id, differences },
          reason: note,
        },
      ]),
    )
    return signed as Run
  })
}

/** The problem of a day without a comparison. */
export function reconciliationNotFound(date: string): Problem {
  return new Problem('reconciliation-not-found', `No comparison of the bill of ${date} has been requested.`)
}
