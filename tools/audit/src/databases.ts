import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import type postgres from 'postgres'

/** Addresses of the three databases. */
export interface DatabaseUrls {
  orders: string
  payments: string
  inventory: string
}

type Numbers = { bigint: number }
export type Snapshot = postgres.TransactionSql<Numbers>

/** Snapshots of all three databases. */
export interface Snapshots {
  orders: Snapshot
  payments: Snapshot
  inventory: Snapshot
  /** When they were taken, by the databases' clocks: the earliest of the three, ms. */
  takenAtMs: number
}

/** Works on snapshots of the three databases, taken at nearly the same moment. Nothing is locked or written. */
export async function withSnapshots<T>(urls: DatabaseUrls, work: (snapshots: Snapshots) => Promise<T>): Promise<T> {
  const clients = [urls.orders, urls.payments, urls.inventory].map(connect)
  const [orders, payments, inventory] = clients as [postgres.Sql<Numbers>, postgres.Sql<Numbers>, postgres.Sql<Numbers>]
  const mode = 'isolation level repeatable read read only'
  try {
    return (await orders.begin(mode, o =>
      payments.begin(mode, p =>
        inventory.begin(mode, async i => {
          await Promise.all([o, p, i].map(waitWithoutLimit))
          // The first query of a transaction takes its snapshot.
          const times = await Promise.all([o, p, i].map(tx => tx<{ at: Date }[]>`select now() as at`))
          const takenAtMs = Math.min(...times.map(([row]) => row?.at.getTime() ?? 0))
          return work({ orders: o, payments: p, inventory: i, takenAtMs })
        }),
      ),
    )) as T
  } finally {
    await Promise.all(clients.map(client => client.end({ timeout: 5 })))
  }
}

/**
 * Lifts the time limits of services that the role may have: a check reads every order, and one transaction is idle while
 * another is read. Within the transaction, because poolers drop settings of the connection.
 */
async function waitWithoutLimit(tx: Snapshot): Promise<void> {
  await tx.unsafe('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
}

function connect(url: string): postgres.Sql<Numbers> {
  return openPostgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'audit' },
    // Fen and counts stay far below 2^53.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
}
