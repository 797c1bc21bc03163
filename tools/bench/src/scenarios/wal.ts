import { withDatabase } from '@alipay-checkout/test-support'
import type { BenchSystem } from '../bench-system.ts'
import { round } from '../measure/statistics.ts'
import { below, type Figure, figure } from '../result.ts'
import type { Scenario } from './scenario.ts'

/** Smaller shares are added up as `others`. */
const shareMin = 0.01

/** What whole checkouts write to the write-ahead log of PostgreSQL, by table and index. */
export const wal: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system } = bench
    await asSuperuser(system, 'postgres', sql => sql`create extension if not exists pg_walinspect`)
    const from = await readPosition(system)
    const { done } = await bench.checkouts()
    const written = await readWritten(system, { from, until: await readPosition(system) })
    const total = written.reduce((sum, { bytes }) => sum + bytes, 0)
    const images = written.reduce((sum, { imageBytes }) => sum + imageBytes, 0)
    const listed = written.filter(({ bytes }) => bytes >= total * shareMin)
    const others = total - listed.reduce((sum, { bytes }) => sum + bytes, 0)
    const perOrder = (name: string, bytes: number) => figure(name, Math.round(bytes / done), 'bytes/order')
    return [
      below(figure('write-ahead log', round(total / done / 1024), 'KiB/order'), 9),
      perOrder('of it images of whole pages', images),
      ...listed.flatMap(({ relation, bytes, changes }): Figure[] => [
        perOrder(relation, bytes),
        ...[...changes].map(([what, count]) => figure(`${relation}, ${what}`, round(count / done), '1/order')),
      ]),
      perOrder('others', others),
    ]
  },
}

/** The log of one table or index. A record that changes several pages counts for the relation of its first. */
interface Written {
  relation: string
  bytes: number
  imageBytes: number
  /** Counts of `changesByRecord`. */
  changes: Map<string, number>
}

/** What the records mean that change rows and index entries, by resource manager and type. Others tidy pages up. */
const changesByRecord = new Map([
  ['Heap/INSERT', 'rows inserted'],
  ['Heap/UPDATE', 'rows updated'],
  ['Heap/HOT_UPDATE', 'rows updated without index entries'],
  ['Heap/DELETE', 'rows deleted'],
  ['Heap/LOCK', 'rows locked'],
  ['Btree/INSERT_LEAF', 'index entries'],
])

const asSuperuser = <T>(system: BenchSystem, database: string, work: Parameters<typeof withDatabase<T>>[1]) =>
  withDatabase(system.adminUrlOf(database), work)

async function readPosition(system: BenchSystem): Promise<string> {
  const [row] = await asSuperuser(
    system,
    'postgres',
    sql => sql<{ position: string }[]>`select pg_current_wal_flush_lsn()::text as position`,
  )
  return row!.position
}

/** Reads the log between two positions, largest relation first. */
async function readWritten(system: BenchSystem, { from, until }: { from: string; until: string }): Promise<Written[]> {
  const names = await readRelationNames(system)
  const rows = await asSuperuser(
    system,
    'postgres',
    sql => sql<{ file: string; record: string; count: number; bytes: number; imageBytes: number }[]>`
      select reldatabase || '/' || relfilenode as file,
        -- The first row of a page is marked by a suffix.
        resource_manager || '/' || split_part(record_type, '+', 1) as record, count(*)::int,
        sum(record_length)::float8 as bytes, sum(block_fpi_length)::float8 as "imageBytes"
      from pg_get_wal_block_info(${from}::text::pg_lsn, ${until}::text::pg_lsn) where block_id = 0 group by 1, 2
      union all
      select '', '', count(*)::int, coalesce(sum(record_length), 0)::float8, 0
      from pg_get_wal_records_info(${from}::text::pg_lsn, ${until}::text::pg_lsn) where block_ref is null`,
  )
  const byRelation = Map.groupBy(rows, ({ file }) => (file === '' ? 'commits' : (names.get(file) ?? 'others')))
  return [...byRelation]
    .map(([relation, its]) => ({
      relation,
      bytes: its.reduce((sum, { bytes }) => sum + bytes, 0),
      imageBytes: its.reduce((sum, { imageBytes }) => sum + imageBytes, 0),
      changes: changesOf(its),
    }))
    .toSorted((one, other) => other.bytes - one.bytes)
}

function changesOf(records: readonly { record: string; count: number }[]): Map<string, number> {
  const changes = new Map<string, number>()
  for (const { record, count } of records) {
    const change = changesByRecord.get(record)
    if (change) changes.set(change, (changes.get(change) ?? 0) + count)
  }
  return changes
}

/** The tables and indexes of the services' databases, by the name of their file. */
async function readRelationNames(system: BenchSystem): Promise<Map<string, string>> {
  const databases = ['orders', 'payments', 'inventory']
  const rows = await Promise.all(
    databases.map(database =>
      asSuperuser(
        system,
        database,
        sql => sql<{ file: string; name: string }[]>`
          select d.oid || '/' || pg_relation_filenode(c.oid) as file, c.relname as name
          from pg_class c, pg_database d
          where d.datname = current_database() and pg_relation_filenode(c.oid) is not null
            and c.relnamespace = 'public'::regnamespace`,
      ),
    ),
  )
  return new Map(rows.flatMap((its, index) => its.map(({ file, name }) => [file, `${databases[index]}: ${name}`])))
}
