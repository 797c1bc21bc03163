import { type Actor, Problem } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import { eq, sql } from 'drizzle-orm'
import { deadLetters } from './schema.ts'

export type DeadLetterRow = typeof deadLetters.$inferSelect

/** What a person decides about a dead letter, with the reason for the audit log. */
export interface Handling {
  readonly action: 'redrive' | 'discard'
  readonly reason: string | undefined
  readonly actor: Actor
}

/** Dead letters that one call handles. */
const handledMax = 1_000

const statuses = {
  redrive: { decided: 'REDRIVING', done: 'REDRIVEN' },
  discard: { decided: 'DISCARDING', done: 'DISCARDED' },
} as const

/**
 * Decides that a dead letter is redriven or discarded. It is due to be written to Kafka at once. The same decision again
 * changes nothing.
 *
 * @throws Problem `dead-letter-not-found`; `dead-letter-handled` after another decision, and for redriving an event that
 *   was never published
 */
export async function handleDeadLetter(db: Db, deadLetterId: string, handling: Handling): Promise<DeadLetterRow> {
  const { action, reason, actor } = handling
  const { decided, done } = statuses[action]
  return db.transaction(async tx => {
    const [row] = await tx.select().from(deadLetters).where(eq(deadLetters.deadLetterId, deadLetterId)).for('update')
    if (!row) throw new Problem('dead-letter-not-found', `There is no dead letter ${deadLetterId}.`)
    if (row.status === decided || row.status === done) return row
    if (row.status !== 'WAITING') {
      throw new Problem('dead-letter-handled', `${deadLetterId} is ${row.status}. Nothing was changed.`, {
        deadLetterStatus: row.status,
      })
    }
    if (action === 'redrive' && row.outboxId !== null) {
      throw new Problem(
        'dead-letter-handled',
        `${deadLetterId} was never published, so no consumer can receive it. Put row ${row.outboxId} of outbox_rejected back into the outbox of ${row.group}, or discard the dead letter.`,
        { deadLetterStatus: row.status },
      )
    }
    const [after] = await tx
      .update(deadLetters)
      .set({
        status: decided,
        handledBy: actor.id,
        handledAt: sql`now()`,
        handledReason: reason ?? null,
        nextTryAt: sql`now()`,
      })
      .where(eq(deadLetters.deadLetterId, deadLetterId))
      .returning()
    await runAll(tx, auditInserts([auditedChange(row, handling)]))
    return after as DeadLetterRow
  })
}

/**
 * Decides the same about all waiting dead letters of a group with one reason, the oldest first, 1,000 at most. Redriving
 * leaves out events that were never published. Returns how many were decided about.
 */
export async function handleDeadLetters(
  db: Db,
  { group, reasonKey }: { group: string; reasonKey: string },
  handling: Handling,
): Promise<number> {
  const { action, reason, actor } = handling
  return db.transaction(async tx => {
    const rows = await tx.execute<{ deadLetterId: string; orderId: string | null }>(sql`
      update dead_letters set status = ${statuses[action].decided}, handled_by = ${actor.id}, handled_at = now(),
        handled_reason = ${reason ?? null}, next_try_at = now()
      where dead_letter_id = any(array(
        select dead_letter_id from dead_letters
        where status = 'WAITING' and consumer_group = ${group} and reason_key = ${reasonKey}
          ${action === 'redrive' ? sql`and outbox_id is null` : sql``}
        order by dead_lettered_at, dead_letter_id limit ${handledMax} for update))
      returning dead_letter_id as "deadLetterId", order_id as "orderId"`)
    await runAll(tx, auditInserts(rows.map(row => auditedChange(row, handling))))
    return rows.length
  })
}

function auditedChange(
  { deadLetterId, orderId }: Pick<DeadLetterRow, 'deadLetterId' | 'orderId'>,
  { action, reason, actor }: Handling,
) {
  return {
    actor,
    action: `dead-letter.${action}` as const,
    object: deadLetterId,
    orderId: orderId ?? undefined,
    before: { status: 'WAITING' },
    after: { status: statuses[action].decided },
    reason,
  }
}
