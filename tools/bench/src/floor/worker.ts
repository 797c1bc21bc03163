// The floor, in a process of its own: it shares nothing with who measures but the machine.
import postgres, { type ReservedSql } from 'postgres'
import { offerJobs } from '../worker-process.ts'
import { newOrder } from './facts.ts'
import { writeOrders } from './in-batches.ts'
import { writeOrder } from './one-by-one.ts'
import { floorSchema, floorSkus, floorUnitsEach } from './schema.ts'

let sql: postgres.Sql | undefined
/** Every order of this run has its own number, across all its parts. */
let orders = 0

function database(): postgres.Sql {
  if (sql === undefined) throw new Error('no database was opened')
  return sql
}

/** Works on all connections for so long, then lets each finish what it has begun. */
async function forSeconds(
  { seconds, connections }: { seconds: number; connections: number },
  write: (session: ReservedSql) => Promise<number>,
): Promise<{ orders: number; elapsedMs: number; cpuMs: number }> {
  const sessions = await Promise.all(Array.from({ length: connections }, () => database().reserve()))
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1_000
  const written = await Promise.all(
    sessions.map(async session => {
      let count = 0
      while (performance.now() < endAt) count += await write(session)
      return count
    }),
  )
  const elapsedMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  for (const session of sessions) session.release()
  return { orders: written.reduce((sum, count) => sum + count, 0), elapsedMs, cpuMs: (user + system) / 1_000 }
}

const jobs = {
  async open({ url, connections }: { url: string; connections: number }): Promise<void> {
    sql = postgres(url, { max: connections, onnotice: () => {}, connection: { application_name: 'floor' } })
    await sql.unsafe(floorSchema)
    await sql`insert into products select sku, 100 from unnest(${floorSkus}::text[]) as sku`
    await sql`insert into stock_levels (sku, available, supplied)
      select sku, ${floorUnitsEach}, ${floorUnitsEach} from unnest(${floorSkus}::text[]) as sku`
  },

  oneByOne: (load: { seconds: number; connections: number }) =>
    forSeconds(load, async session => {
      await writeOrder(session, newOrder(orders++))
      return 1
    }),

  inBatches: (load: { seconds: number; connections: number; batchSize: number }) =>
    forSeconds(load, async session => {
      await writeOrders(
        session,
        Array.from({ length: load.batchSize }, () => newOrder(orders++)),
      )
      return load.batchSize
    }),

  /** What is in the tables; all the same number where every order came to its end. */
  async count(): Promise<number[]> {
    const [row] = await database()<{ counts: string[] }[]>`select array[
      (select count(*) from orders where status = 'PAID'), (select count(*) from payments where status = 'PAID'),
      (select sum(sold) from stock_levels), (select count(*) from reservations where status = 'COMMITTED'),
      (select count(*) from notifies), (select count(*) / 3 from outbox)]::text[] as counts`
    return row!.counts.map(Number)
  },
}

export type FloorJobs = typeof jobs

offerJobs(jobs)
