import postgres from 'postgres'

/** Addresses of the three databases. */
export interface DatabaseUrls {
  orders: string
  payments: string
  inventory: string
}

type Numbers = { bigint: number }
export type Snapshot = postgres.TransactionSql<Numbers>

/** One look at all three databases. */
export interface Snapshots {
  orders: Snapshot
  payments: Snapshot
  inventory: Snapshot
  /** When the look was taken, on the databases' clock: the earliest of the three, ms. */
  takenAtMs: number
}

/**
 * Works on one look at the three databases, taken at nearly the same moment: what changes meanwhile is not seen. Nothing
 * is locked and nothing can be written.
 */
export async function withSnapshots<T>(urls: DatabaseUrls, work: (snapshots: Snapshots) => Promise<T>): Promise<T> {
  const clients = [urls.orders, urls.payments, urls.inventory].map(connect)
  const [orders, payments, inventory] = clients as [postgres.Sql<Numbers>, postgres.Sql<Numbers>, postgres.Sql<Numbers>]
  const look = 'isolation level repeatable read read only'
  try {
    return (await orders.begin(look, o =>
      payments.begin(look, p =>
        inventory.begin(look, async i => {
          // The first statement of a transaction takes its snapshot.
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

function connect(url: string): postgres.Sql<Numbers> {
  return postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'audit' },
    // Fen and counts stay far below 2^53.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
}
