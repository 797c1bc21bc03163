// A path of its own, so that a process without a database does not load the driver.
import postgres from 'postgres'
import { readPostgresAddress } from './postgres-address.ts'
import { postgresSockets } from './postgres-socket.ts'

type Types = Record<string, postgres.PostgresType>

/**
 * Opens a pool of the driver `postgres`, with `sslmode` and its companions in the address as libpq means them. Every
 * connection to PostgreSQL is opened by this function.
 *
 * @throws ConfigError when the address asks for something that can't be honoured
 */
export function openPostgres<T extends Types = Record<never, never>>(
  address: string,
  options?: postgres.Options<T>,
): ReturnType<typeof postgres<T>> {
  const { url, tls } = readPostgresAddress(address)
  // The driver's types lack `socket`. `ssl` keeps the driver from reading the environment variable PGSSL.
  const encryption = { ssl: false, ...(tls && { socket: postgresSockets(tls) }) }
  return postgres<T>(url, { ...options, ...encryption } as postgres.Options<T>) as ReturnType<typeof postgres<T>>
}
