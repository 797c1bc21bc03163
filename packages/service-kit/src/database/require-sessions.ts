import type postgres from 'postgres'
import { ConfigError } from '../connections/index.ts'

/** A pooler that shares its connections evenly gives a client the same one again with a chance of 1 in their number. */
const rounds = 6

const advice =
  'Session locks, LISTEN and prepared statements need a session of their own: connect to PostgreSQL directly, or ' +
  'through a pooler in session mode that passes settings (docs/operations/deploy.md, "Poolers").'

/**
 * Makes sure that each connection of a pool is a session of PostgreSQL with the settings that it asked for, which a pooler
 * in transaction or statement mode does not give.
 *
 * @param client has at least two connections
 * @param settings of each session, as PostgreSQL shows them: `30s`
 * @throws ConfigError saying what is in between
 */
export async function requireSessions(
  client: postgres.Sql,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [one, other] = await Promise.all([client.reserve(), client.reserve()])
  try {
    for (const [name, value] of Object.entries(settings)) {
      const [row] = await one.unsafe(`show ${name}`).simple()
      if (row?.[name] !== value)
        throw new ConfigError(`A pooler between this process and PostgreSQL drops ${name} of its sessions. ${advice}`)
    }
    for (let round = 0; round < rounds; round++) {
      if (await areShared(one, other))
        throw new ConfigError(`A pooler between this process and PostgreSQL shares its connections. ${advice}`)
    }
  } finally {
    one.release()
    other.release()
  }
}

/** Whether two open connections are served by one session, or one connection by several. */
async function areShared(one: postgres.Sql, other: postgres.Sql): Promise<boolean> {
  const before = await sessionOf(one)
  await other
    .unsafe('begin')
    .simple()
    .catch(cause => {
      throw new Error(`The connection was closed by BEGIN, as a pooler in statement mode does. ${advice}`, { cause })
    })
  try {
    // A pooler with a single connection would keep `one` waiting from here on.
    return (await sessionOf(other)) === before || (await sessionOf(one)) !== before
  } finally {
    await other.unsafe('rollback').simple()
  }
}

async function sessionOf(connection: postgres.Sql): Promise<number> {
  const [row] = await connection.unsafe('select pg_backend_pid() as pid').simple()
  return row?.pid
}
