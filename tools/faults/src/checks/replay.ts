import { setTimeout as delay } from 'node:timers/promises'
import { keepers } from '../fault.ts'
import { resetOffsets } from '../faults/groups.ts'
import type { BrokenSystem } from '../system/broken-system.ts'
import { judgeShutdowns } from './judge-all.ts'
import { asking, readOutboxes } from './read-books.ts'
import { readLags } from './read-groups.ts'
import type { Scores } from './scores.ts'

const readWithinMs = 120_000
const lookEveryMs = 500

/**
 * What a repeat may change: the ids of events that could not be handled (they are parked once more, with a case each),
 * when Alipay was last asked about a link that is still alive, and the clock's own comparison of a bill.
 */
const leftOut: Readonly<Record<string, string>> = {
  inbox: 'select null where false',
  reconciliation_runs: 'select null where false',
  cases: "select to_jsonb(t) from cases t where kind <> 'parked_message'",
  case_trail: "select to_jsonb(t) from case_trail t join cases c using (case_id) where c.kind <> 'parked_message'",
  attempts: "select to_jsonb(t) - 'syncs' - 'synced_at' - 'next_sync_at' - 'updated_at' from attempts t",
}

/** A checksum of each table of each database, by `database.table`. */
async function checksums({ databases }: BrokenSystem): Promise<Map<string, string>> {
  const all = await Promise.all(
    Object.entries(databases).map(([name, url]) =>
      asking(url, async sql => {
        const tables = await sql<{ table: string }[]>`
          select table_name as table from information_schema.tables
          where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`
        const sums: [string, string][] = []
        for (const { table } of tables) {
          const rows = leftOut[table] ?? `select to_jsonb(t) from "${table}" t`
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
 * Stops every service, gives every event to it once more, from the first one on, and looks whether any row has changed
 * (8). Everything must have settled before.
 *
 * @param events how many records there are
 */
export async function replayEverything(system: BrokenSystem, events: number, scores: Scores): Promise<void> {
  const { replicas, kafkaBrokers, databases } = system
  const services = replicas.filter(({ service }) => service !== 'gateway')
  const shutdowns = await Promise.all(services.map(replica => replica.hold()))
  judgeShutdowns(
    shutdowns.filter(shutdown => shutdown !== undefined),
    { isQuiet: true },
    scores,
  )
  const before = await checksums(system)
  for (const service of keepers) await resetOffsets(kafkaBrokers, service)
  for (const replica of services) replica.start()
  await Promise.all(replicas.map(replica => replica.untilReady()))
  const giveUpAtMs = performance.now() + readWithinMs
  for (;;) {
    const waiting = (await readLags(kafkaBrokers)) + (await readOutboxes(databases))
    if (waiting === 0) break
    if (performance.now() > giveUpAtMs) {
      scores.broke(8, 'all topics', `${waiting} records were not read within two minutes when they came once more`)
      break
    }
    await delay(lookEveryMs)
  }
  const after = await checksums(system)
  for (const [table, sum] of after) {
    if (before.get(table) !== sum) {
      scores.broke(8, table, `it changed when all events came once more: ${before.get(table)}, then ${sum}`)
    }
  }
  scores.looked(8, 'events given once more', events)
  scores.looked(8, 'tables compared', after.size)
}
