import postgres from 'postgres'

export interface DatabaseUrls {
  orders: string
  payments: string
  inventory: string
}

/** One short-lived connection for a few questions. @throws Error where the database can't be reached */
export async function asking<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** How much of everything there was, by state: what a run really tried. */
export interface Tally {
  orders: Record<string, number>
  trades: Record<string, number>
  refunds: Record<string, number>
  cases: Record<string, number>
}

type Counted = { name: string; n: number }[]
const byName = (rows: Counted) => Object.fromEntries(rows.map(({ name, n }) => [name, n]))

export async function readTally({ orders, payments }: DatabaseUrls): Promise<Tally> {
  const ofOrders = await asking(
    orders,
    sql => sql<Counted>`select status as name, count(*)::int as n from orders group by 1 order by 1`,
  )
  return asking(payments, async sql => ({
    orders: byName(ofOrders),
    trades: byName(await sql<Counted>`select status as name, count(*)::int as n from attempts group by 1 order by 1`),
    refunds: byName(
      await sql<Counted>`select reason || ' ' || status as name, count(*)::int as n from refunds group by 1 order by 1`,
    ),
    cases: byName(await sql<Counted>`select kind as name, count(*)::int as n from cases group by 1 order by 1`),
  }))
}

/** Events that wait in the three outboxes. */
export async function readOutboxes(urls: DatabaseUrls): Promise<number> {
  const counts = await Promise.all(
    Object.values(urls).map(url =>
      asking(url, async sql => {
        const [row] = await sql<{ n: number }[]>`select count(*)::int as n from outbox`
        return row?.n ?? 0
      }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
