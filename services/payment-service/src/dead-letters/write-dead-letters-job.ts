import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { DeadLetterWriter } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db, runAll } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { type SQL, sql } from 'drizzle-orm'
import { settleCases } from '../case-store/open-cases.ts'
import { caseKeyOf } from './dead-letter-store.ts'

interface DueLetter extends Record<string, unknown> {
  dead_letter_id: string
  consumer_group: string
  letter_partition: number
  letter_offset: number
  status: 'REDRIVING' | 'DISCARDING'
  handled_reason: string | null
}

/** Dead letters that are written at the same time. */
const concurrencyMax = 100
/** One whose writing failed, or whose process died, is due again after this time, s. */
const leaseS = 60

const goneText = 'Kafka no longer has the record, because its retention is over, so it could not be redriven'

/**
 * Writes to Kafka what was decided about dead letters, then records that it is done and resolves the case. After a crash
 * in between it is written again: consumers recognise a repeated event, and a repeated marker changes nothing. A record
 * that Kafka has deleted can't be redriven: it is DISCARDED, its reason says so, and its case stays open with a note.
 */
export function createDeadLetterJob({
  db,
  writer,
  timers,
  logger,
}: {
  db: Db
  writer: DeadLetterWriter
  timers?: Timers
  logger: Logger
}): DueWorker {
  return createDueWorker<DueLetter>({
    name: 'write-dead-letters' satisfies DueWorkerName,
    count: () => countDueWork(db, sql`select next_try_at as due_at from dead_letters where next_try_at is not null`),
    concurrencyMax,
    ...(timers ? { timers } : {}),
    logger,
    take: limit => takeDue(db, limit),
    describe: ({ dead_letter_id }) => ({ deadLetterId: dead_letter_id }),
    async handle(row) {
      const letter = { groupId: row.consumer_group, id: `${row.letter_partition}/${row.letter_offset}` }
      if (row.status === 'DISCARDING') {
        const reason = row.handled_reason ?? ''
        await writer.discard(letter, reason)
        await finish(db, row, 'DISCARDED', tx =>
          settleCases(tx, [caseKeyOf(letter)], `the record was discarded: ${reason}`),
        )
      } else if ((await writer.redrive(letter)) === 'redriven') {
        await finish(db, row, 'REDRIVEN', tx => settleCases(tx, [caseKeyOf(letter)], 'the record was redriven'))
      } else {
        logger.warn({ deadLetterId: row.dead_letter_id }, goneText)
        await finish(db, row, 'DISCARDED', tx => runAll(tx, [noteGone(row), noteGoneInCase(caseKeyOf(letter))]))
      }
      return undefined
    },
    async afterRun() {
      const [row] = await db.execute<{ at: string | null }>(
        sql`select min(next_try_at) as at from dead_letters where next_try_at is not null`,
      )
      return row?.at ? [new Date(row.at)] : undefined
    },
  })
}

async function takeDue(db: Db, limit: number): Promise<DueLetter[]> {
  return db.execute<DueLetter>(sql`
    update dead_letters set next_try_at = now() + make_interval(secs => ${leaseS})
    where dead_letter_id = any(array(
      select dead_letter_id from dead_letters where next_try_at <= now()
      order by next_try_at limit ${limit} for update skip locked))
    returning dead_letter_id, consumer_group, letter_partition, letter_offset, status, handled_reason`)
}

/** Records the end, and what comes with it; also where the marker in Kafka was seen first. */
async function finish(
  db: Db,
  row: DueLetter,
  status: 'REDRIVEN' | 'DISCARDED',
  also: (tx: Parameters<Parameters<Db['transaction']>[0]>[0]) => Promise<void>,
): Promise<void> {
  await db.transaction(async tx => {
    await tx.execute(sql`
      update dead_letters set status = ${status}, next_try_at = null
      where dead_letter_id = ${row.dead_letter_id} and status = ${row.status}`)
    await also(tx)
  })
}

function noteGone({ dead_letter_id }: DueLetter): SQL {
  return sql`
    update dead_letters set handled_reason = concat_ws('. ', handled_reason, ${goneText}::text)
    where dead_letter_id = ${dead_letter_id}`
}

function noteGoneInCase(key: string): SQL {
  return sql`
    insert into case_trail (case_id, by, what, note)
    select case_id, 'system', 'failed', ${goneText}::text from cases where key = ${key}`
}
