import { type DatabaseUrls, withDatabase } from '@alipay-checkout/test-support'

/** How many orders, trades, refunds and cases there are, by status. */
export interface StatusCounts {
  orders: Record<string, number>
  trades: Record<string, number>
  refunds: Record<string, number>
  cases: Record<string, number>
}

type Counted = { name: string; n: number }[]
const byName = (rows: Counted) => Object.fromEntries(rows.map(({ name, n }) => [name, n]))

export async function countByStatus({ orders, payments }: DatabaseUrls): Promise<StatusCounts> {
  const ofOrders = await withDatabase(
    orders,
    sql => sql<Counted>`select status as name, count(*)::int as n from orders group by 1 order by 1`,
  )
  return withDatabase(payments, async sql => ({
    orders: byName(ofOrders),
    trades: byName(await sql<Counted>`select status as name, count(*)::int as n from attempts group by 1 order by 1`),
    refunds: byName(
      await sql<Counted>`select reason || ' ' || status as name, count(*)::int as n from refunds group by 1 order by 1`,
    ),
    cases: byName(await sql<Counted>`select kind as name, count(*)::int as n from cases group by 1 order by 1`),
  }))
}
