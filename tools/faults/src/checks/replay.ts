import { consumedTopics, readOutboxes, waitUntil, withDatabase } from '@alipay-checkout/test-support'
import { consumingServices } from '../fault.ts'
import { readTotalLag, resetOffsets } from '../system/kafka.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { warehouseGroup, warehouseTopics } from '../system/warehouse.ts'
import { judgeShutdowns } from './judge-processes.ts'
import type { PromiseScores } from './scores.ts'

const replayWithinMs = 120_000
const everyMs = 500

/**
 * What a replay may change: poison records are dead-lettered once more, with a case each; the schedule of Alipay queries
 * and of reconciliations goes on.
 */
const comparedRows: Readonly<Record<string, string>> = {
  inbox: 'select null where false',
  reconciliation_runs: 'select null where false',
  dead_letters: 'select null where false',
  cases: "select to_jsonb(t) from cases t where kind <> 'parked_message'",
  case_trail: "select to_jsonb(t) from case_trail t join cases c using (case_id) where c.kind <> 'parked_message'",
  attempts: "select to_jsonb(t) - 'syncs' - 'synced_at' - 'next_sync_at' - 'updated_at' from attempts t",
}

/** A checksum of each table of each database, by `database.table`. */
async function checksums({ databases, warehouse }: SystemUnderTest): Promise<Map<string, string>> {
  const all = await Promise.all(
    Object.entries({ ...databases, warehouse: warehouse.databaseUrl }).map(([name, url]) =>
      withDatabase(url, async sql => {
        const tables = await sql<{ table: string }[]>`
          select table_name as table from information_schema.tables
          where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`
        const sums: [string, string][] = []
        for (const { table } of tables) {
          const rows = comparedRows[table] ?? `select to_jsonb(t) from "${table}" t`
          const [row] = await sql.unsafe<{ sum: string }[]>(
            `select count(*) || ' rows ' || coalesce(md5(string_agg(r::text, ',' order by r::text)), '') as sum from (${rows}) as q(r)`,
          )
          sums.push([`${name}.${table}`, row?.sum ?? ''])
        }
        return sums
      }),
    ),
  )
  return new Map(all.flat())
}

/**
 * Stops every service and the warehouse, replays all events from the first one on, and compares the tables before and after (8). The system
 * must have settled before.
 *
 * @param events how many records there are
 */
export async function replayEverything(system: SystemUnderTest, events: number, scores: PromiseScores): Promise<void> {
  const { replicas, kafkaBrokers, databases, warehouse } = system
  const services = replicas.filter(({ service }) => service !== 'gateway')
  await Promise.all(warehouse.processes.map(process => process.stop()))
  const shutdowns = await Promise.all(services.map(replica => replica.stop()))
  judgeShutdowns(
    shutdowns.filter(shutdown => shutdown !== undefined),
    { expectZero: true },
    scores,
  )
  const before = await checksums(system)
  for (const service of consumingServices) await resetOffsets(kafkaBrokers, service, consumedTopics[service])
  await resetOffsets(kafkaBrokers, warehouseGroup, warehouseTopics)
  for (const program of [...services, ...warehouse.processes]) program.start()
  await Promise.all(replicas.map(replica => replica.untilReady()))
  await waitUntil(async () => (await readTotalLag(kafkaBrokers)) + (await readOutboxes(databases)) === 0, {
    what: 'every record is consumed again',
    timeoutMs: replayWithinMs,
    everyMs,
  }).catch(error => scores.broken(8, 'all topics', (error as Error).message))
  const after = await checksums(system)
  for (const [table, sum] of after) {
    if (before.get(table) !== sum) {
      scores.broken(8, table, `it changed by the replay: ${before.get(table)}, then ${sum}`)
    }
  }
  scores.checked(8, 'events replayed', events)
  scores.checked(8, 'tables compared', after.size)
}
