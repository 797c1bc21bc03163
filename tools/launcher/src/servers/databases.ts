import postgres from 'postgres'

/** One service's database and the role that owns it. */
export interface ServiceDatabase {
  database: string
  role: string
  password: string
}

/**
 * Makes each service's database and role; what is there stays. A role can open its own database and no other.
 *
 * @param url of a superuser
 */
export async function createDatabases(url: string, wanted: ServiceDatabase[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    // By default every role may open every database, these two included.
    await sql.unsafe('revoke connect on database postgres, template1 from public')
    for (const { database, role, password } of wanted) {
      const [existingRole] = await sql`select 1 from pg_roles where rolname = ${role}`
      if (existingRole === undefined) await sql.unsafe(`create role ${role} login password '${password}'`)
      const [existing] = await sql`select 1 from pg_database where datname = ${database}`
      if (existing === undefined) await sql.unsafe(`create database ${database} owner ${role}`)
      await sql.unsafe(`revoke connect, temporary on database ${database} from public`)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The address of a service's database. */
export function databaseUrl(port: number, { database, role, password }: ServiceDatabase): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`
}
