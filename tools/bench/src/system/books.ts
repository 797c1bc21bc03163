import postgres from 'postgres'

/** What the three databases say about the orders of a run. */
export interface Books {
  ordersPaid: number
  paymentsPaid: number
  unitsSold: number
}

/** Counts in all three databases. */
export async function readBooks(urls: { orders: string; payments: string; inventory: string }): Promise<Books> {
  const [ordersPaid, paymentsPaid, unitsSold] = await Promise.all([
    readNumber(urls.orders, `select count(*) from orders where status = 'PAID'`),
    readNumber(urls.payments, `select count(*) from payments where status = 'PAID'`),
    readNumber(urls.inventory, 'select coalesce(sum(sold), 0) from stock_levels'),
  ])
  return { ordersPaid, paymentsPaid, unitsSold }
}

/** How many units of all SKUs are sold. */
export function readUnitsSold(inventoryUrl: string): Promise<number> {
  return readNumber(inventoryUrl, 'select coalesce(sum(sold), 0) from stock_levels')
}

/** How many events wait in the three outboxes. */
export async function readOutboxes(urls: { orders: string; payments: string; inventory: string }): Promise<number> {
  const counts = await Promise.all(Object.values(urls).map(url => readNumber(url, 'select count(*) from outbox')))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Where the units of one SKU are. */
export interface Stock {
  available: number
  held: number
  sold: number
}

export async function readStock(inventoryUrl: string, sku: string): Promise<Stock> {
  const [row] = await withClient(
    inventoryUrl,
    client => client<Stock[]>`
      select available::int, reserved::int as held, sold::int from stock_levels where sku = ${sku}`,
  )
  if (row === undefined) throw new Error(`${sku} has no stock`)
  return row
}

/** How many of the rows with these keys fulfil a condition. */
export async function countRows(
  url: string,
  table: string,
  key: string,
  values: readonly string[],
  condition: string,
): Promise<number> {
  const query = `select count(*)::int as n from ${table} where ${key} = any($1::text[]) and ${condition}`
  const [row] = await withClient(url, async client => {
    // As the services do, so that it is not taken for theirs when they are watched for reading whole tables.
    await client`set enable_seqscan = off`
    return client.unsafe<{ n: number }[]>(query, [[...values]])
  })
  return row?.n ?? 0
}

/** The only value of a query's only row. */
export async function readNumber(url: string, query: string): Promise<number> {
  const [row] = await withClient(url, client => client.unsafe<Record<string, unknown>[]>(query))
  return Number(Object.values(row ?? {})[0])
}

/** A connection for one use. */
export async function withClient<T>(url: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(client)
  } finally {
    await client.end({ timeout: 5 })
  }
}
