import { CaseKind, consumerGroups, RefundStatus } from '@alipay-checkout/contracts'
import { addScrapedGauges, type Sample } from '@alipay-checkout/service-kit'
import { addDueWorkGauges, countMax, type Db } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { readReconciledUntil } from './reconciliation/runs.ts'

interface Options {
  db: Db
  registry: Registry
}

/** Refunds in these states wait for a second person, or Alipay. */
const openRefundStates = RefundStatus.anyOf
  .map(({ const: status }) => status)
  .filter(status => ['AWAITING_APPROVAL', 'REQUESTED', 'PENDING'].includes(status))

/**
 * Gauges of payment-service, read from its database at the scrape, with bounds: due work, attempts, refunds, cases and dead
 * letters, each with the age of the oldest, and the last reconciled day.
 */
export function addPaymentGauges({ db, registry }: Options): void {
  addDueWorkGauges({
    db,
    registry,
    work: [
      { kind: 'close_attempt', due: sql`select next_close_at as due_at from attempts where next_close_at <= now()` },
      { kind: 'query_attempt', due: sql`select next_sync_at as due_at from attempts where next_sync_at <= now()` },
      { kind: 'refund', due: sql`select next_try_at as due_at from refunds where next_try_at <= now()` },
      {
        kind: 'reconciliation',
        due: sql`select next_try_at as due_at from reconciliation_runs where next_try_at <= now()`,
      },
      { kind: 'dead_letter', due: sql`select next_try_at as due_at from dead_letters where next_try_at <= now()` },
    ],
  })
  addAttemptGauges({ db, registry })
  addCountedGauges({
    db,
    registry,
    label: 'status',
    values: openRefundStates,
    names: ['open_refunds', 'open_refunds_oldest_age_seconds'],
    what: 'Refunds that are not finished, at most 10,000 of a status',
    rows: unionOf(openRefundStates, status => {
      const of = sql.raw(`'${status}'`)
      return sql`select ${of} as value, requested_at as since from refunds where status = ${of} order by requested_at`
    }),
  })
  addCountedGauges({
    db,
    registry,
    label: 'kind',
    values: CaseKind.anyOf.map(({ const: kind }) => kind),
    names: ['open_cases', 'open_cases_oldest_age_seconds'],
    what: 'Cases that are not resolved, at most 10,000 over all kinds',
    rows: unionOf(['OPEN', 'APPROVED'], status => {
      return sql`select kind as value, opened_at as since from cases where status = ${sql.raw(`'${status}'`)} order by case_id`
    }),
  })
  addCountedGauges({
    db,
    registry,
    label: 'group',
    values: consumerGroups,
    names: ['open_dead_letters', 'open_dead_letters_oldest_age_seconds'],
    what: 'Dead letters that wait for a decision, by consumer group, at most 10,000',
    rows: unionOf(['WAITING'], () => {
      return sql`
        select consumer_group as value, dead_lettered_at as since from dead_letters where status = 'WAITING'
        order by dead_lettered_at`
    }),
  })
  addScrapedGauges({
    registry,
    help: { reconciled_until_timestamp_seconds: 'The end of the last day up to which every day is reconciled' },
    async read() {
      const until = await readReconciledUntil(db)
      return { reconciled_until_timestamp_seconds: until ? [{ value: until.getTime() / 1000 }] : [] }
    },
  })
}

/** `payment_attempts` by state. `closing`: at Alipay. `unclear`: those of them that a try has not closed. */
function addAttemptGauges({ db, registry }: Options): void {
  addScrapedGauges({
    registry,
    help: {
      payment_attempts:
        'Attempts that can be paid (open), are being closed (closing), or were not closed by a try (unclear)',
    },
    labelNames: ['state'],
    async read() {
      const counted = (rows: SQL) => sql`(select count(*)::int from (${rows} limit ${countMax}) t)`
      const [row] = await db.execute<Record<'open' | 'closing' | 'unclear', number>>(sql`
        select ${counted(sql`select 1 from attempts where next_sync_at is not null and status = 'OPENED'`)} as open,
               ${counted(sql`select 1 from attempts where next_close_at is not null`)} as closing,
               ${counted(sql`select 1 from attempts where next_close_at is not null and close_tries > 0`)} as unclear`)
      const states = ['open', 'closing', 'unclear'] as const
      return { payment_attempts: states.map(state => ({ labels: { state }, value: row?.[state] ?? 0 })) }
    },
  })
}

/** `rows` of each status, at most 10,000 of each. */
function unionOf<Status extends string>(statuses: readonly Status[], rows: (status: Status) => SQL): SQL {
  return sql.join(
    statuses.map(status => sql`(${rows(status)} limit ${countMax})`),
    sql` union all `,
  )
}

/** Two gauges by one label: how many rows, and the age of the oldest, 0 without any. `rows` have `value` and `since`. */
function addCountedGauges<Count extends string, Age extends string>({
  db,
  registry,
  label,
  values,
  names: [count, age],
  what,
  rows,
}: Options & {
  label: string
  values: readonly string[]
  names: readonly [Count, Age]
  what: string
  rows: SQL
}): void {
  addScrapedGauges({
    registry,
    help: { [count]: what, [age]: 'The age of the oldest of them, 0 without any' } as Record<Count | Age, string>,
    labelNames: [label],
    async read() {
      const found = await db.execute<{ value: string; rows: number; age: number }>(sql`
        select value, count(*)::int as rows, extract(epoch from now() - min(since))::float8 as age
        from (${rows}) r group by value`)
      const byValue = new Map(found.map(row => [row.value, row]))
      const all = [...new Set([...values, ...byValue.keys()])]
      const samples = (of: 'rows' | 'age'): Sample[] =>
        all.map(value => ({ labels: { [label]: value }, value: Math.max(0, byValue.get(value)?.[of] ?? 0) }))
      return { [count]: samples('rows'), [age]: samples('age') } as Record<Count | Age, Sample[]>
    },
  })
}
