import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import type postgres from 'postgres'

/** Addresses of the three services' databases. */
export interface DatabaseUrls {
  orders: string
  payments: string
  inventory: string
}

/** Picks the databases from the addresses that the launcher reports. */
export function databaseUrlsOf(addresses: {
  ORDER_DATABASE_URL?: string
  PAYMENT_DATABASE_URL?: string
  INVENTORY_DATABASE_URL?: string
}): DatabaseUrls {
  const { ORDER_DATABASE_URL = '', PAYMENT_DATABASE_URL = '', INVENTORY_DATABASE_URL = '' } = addresses
  return { orders: ORDER_DATABASE_URL, payments: PAYMENT_DATABASE_URL, inventory: INVENTORY_DATABASE_URL }
}

/** One connection for the time of `work`. @throws Error where the database does not answer */
export async function withDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = connect(url, 1)
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Connections to all three databases. */
export interface Databases {
  orders: postgres.Sql
  payments: postgres.Sql
  inventory: postgres.Sql
  close(): Promise<void>
}

export function openDatabases(urls: DatabaseUrls): Databases {
  const [orders, payments, inventory] = [connect(urls.orders), connect(urls.payments), connect(urls.inventory)]
  return {
    orders,
    payments,
    inventory,
    async close() {
      await Promise.all([orders, payments, inventory].map(sql => sql.end({ timeout: 5 })))
    },
  }
}

/** How many events wait in the three outboxes. */
export async function readOutboxes(urls: DatabaseUrls): Promise<number> {
  const counts = await Promise.all(
    Object.values(urls).map(url =>
      withDatabase(url, async sql => {
        const [row] = await sql<{ n: number }[]>`select count(*)::int as n from outbox`
        return row?.n ?? 0
      }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

function connect(url: string, max = 3): postgres.Sql {
  // 8-byte integers would come as texts; fen and counts stay far below 2^53.
  const numbers = { to: 20, from: [20], parse: Number, serialize: String }
  return openPostgres(url, {
    max,
    connect_timeout: 5,
    onnotice: () => {},
    types: { numbers },
  }) as unknown as postgres.Sql
}
