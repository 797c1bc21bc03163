import postgres from 'postgres'

/** What the three databases say about the orders of a run. Counts that should all be the same. */
export interface Books {
  ordersPaid: number
  paymentsPaid: number
  unitsSold: number
}

/** Counts in all three databases. */
export async function readBooks(urls: { orders: string; payments: string; inventory: string }): Promise<Books> {
  const [ordersPaid, paymentsPaid, unitsSold] = await Promise.all([
    count(urls.orders, `select count(*)::int as n from orders where status = 'PAID'`),
    count(urls.payments, `select count(*)::int as n from payments where status = 'PAID'`),
    count(urls.inventory, 'select coalesce(sum(sold), 0)::int as n from stock_levels'),
  ])
  return { ordersPaid, paymentsPaid, unitsSold }
}

async function count(url: string, query: string): Promise<number> {
  const client = postgres(url, { max: 1 })
  try {
    const [row] = await client.unsafe<{ n: number }[]>(query)
    return row?.n ?? 0
  } finally {
    await client.end({ timeout: 5 })
  }
}
