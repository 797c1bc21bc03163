// A path of its own, so that a process without a database does not load the driver.
import postgres from 'postgres'
import { readPostgresAddress } from './postgres-address.ts'
import { postgresSockets } from './postgres-socket.ts'

type Types = Record<string, postgres.PostgresType>

/**
 * Opens a pool of the driver `postgres`, with `sslmode` and its companions in the address as libpq means them. Every
 * connection to PostgreSQL is opened by this function.
 *
 * @param watching.silentMaxMs ends a connection whose server owes an answer for so long; for sessions whose statements
 * take less time, and that stream nothing to the server
 * @throws ConfigError when the address asks for something that can't be honoured
 */
export function openPostgres<T extends Types = Record<never, never>>(
  address: string,
  options?: postgres.Options<T>,
  { silentMaxMs }: { silentMaxMs?: number } = {},
): ReturnType<typeof postgres<T>> {
  const { url, tls } = readPostgresAddress(address)
  const socket = tls || silentMaxMs !== undefined ? { socket: postgresSockets({ tls, silentMaxMs }) } : {}
  // The driver's types lack `socket`. `ssl` keeps the driver from reading the environment variable PGSSL.
  return postgres<T>(url, { ...options, ssl: false, ...socket } as postgres.Options<T>) as ReturnType<
    typeof postgres<T>
  >
}
