import postgres from 'postgres'
import { baselineSkus, newOrder, writeOrder } from './order.ts'
import { baselineSchema } from './schema.ts'

/** More connections than cores, so that commits share the syncs of the disk. */
const connections = 32
const unitsEach = 10_000_000

export type Baseline = Awaited<ReturnType<typeof openBaseline>>

/** The least durable work that orders need. @param url of an empty database, as superuser */
export async function openBaseline(url: string) {
  const sql = postgres(url, { max: connections, onnotice: () => {}, connection: { application_name: 'baseline' } })
  await sql.unsafe(baselineSchema)
  await sql`insert into products select sku, 100 from unnest(${baselineSkus}::text[]) as sku`
  await sql`insert into stock_levels (sku, available, supplied)
    select sku, ${unitsEach}, ${unitsEach} from unnest(${baselineSkus}::text[]) as sku`
  let lastOrder = 0
  return {
    /** Writes orders for so long, then completes those it has begun. */
    async run(seconds: number) {
      const sessions = await Promise.all(Array.from({ length: connections }, () => sql.reserve()))
      const startedAt = performance.now()
      const endAt = startedAt + seconds * 1_000
      let orders = 0
      await Promise.all(
        sessions.map(async session => {
          for (; performance.now() < endAt; orders++) await writeOrder(session, newOrder(lastOrder++))
        }),
      )
      const elapsedMs = performance.now() - startedAt
      for (const session of sessions) session.release()
      return { orders, elapsedMs }
    },
    /** Whether every order is complete in every table. */
    async isComplete() {
      const [row] = await sql<{ counts: string[] }[]>`select array[
        (select count(*) from orders where status = 'PAID'), (select count(*) from payments where status = 'PAID'),
        (select sum(sold) from stock_levels), (select count(*) from reservations where status = 'COMMITTED'),
        (select count(*) from notifies), (select count(*) / 3 from outbox)]::text[] as counts`
      return new Set(row!.counts).size === 1
    },
    close: () => sql.end({ timeout: 5 }),
  }
}
