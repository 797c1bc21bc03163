import { CaseKind } from '@alipay-checkout/contracts'
import { addScrapedGauges, type Sample } from '@alipay-checkout/service-kit'
import { addDueWorkGauges, countMax, type Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'

/** Gauges of payment-service: due work by kind, open cases by kind, and dead letters with an open case by group. */
export function addPaymentGauges({ db, registry }: { db: Db; registry: Registry }): void {
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
  addScrapedGauges({
    registry,
    help: { open_cases: 'Cases that are not resolved, at most 10,000 over all kinds' },
    labelNames: ['kind'],
    async read() {
      const rows = await db.execute<{ kind: string; rows: number }>(sql`
        select kind, count(*)::int as rows from (
          select kind from cases where status in ('OPEN', 'APPROVED') limit ${countMax}) t
        group by kind`)
      const none = new Map(CaseKind.anyOf.map(({ const: kind }) => [kind as string, 0]))
      for (const { kind, rows: count } of rows) none.set(kind, count)
      return { open_cases: [...none].map(([kind, value]): Sample => ({ labels: { kind }, value })) }
    },
  })
  addScrapedGauges({
    registry,
    help: {
      open_dead_letters: 'Dead letters whose case is not resolved, by consumer group, at most 10,000 cases read',
    },
    labelNames: ['group'],
    async read() {
      const rows = await db.execute<{ group: string; rows: number }>(sql`
        select coalesce(evidence ->> 'groupId', 'unknown') as group, count(*)::int as rows from (
          select kind, evidence from cases where status in ('OPEN', 'APPROVED') limit ${countMax}) t
        where kind = 'parked_message' group by 1`)
      const counts = new Map(['order-service', 'payment-service', 'inventory-service'].map(group => [group, 0]))
      for (const { group, rows: count } of rows) counts.set(group, count)
      return { open_dead_letters: [...counts].map(([group, value]): Sample => ({ labels: { group }, value })) }
    },
  })
}
