import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import type { Secrets } from '../secrets.ts'

/** One service's database and the role that owns it. */
export interface ServiceDatabase {
  database: string
  role: string
  password: string
}

/** The setting that names the database of each service. */
type DatabaseSetting = 'ORDER_DATABASE_URL' | 'PAYMENT_DATABASE_URL' | 'INVENTORY_DATABASE_URL'

type DatabasePasswords = Pick<
  Secrets,
  'ORDER_DATABASE_PASSWORD' | 'PAYMENT_DATABASE_PASSWORD' | 'INVENTORY_DATABASE_PASSWORD'
>

/** The databases of the services, by the setting that names each. docker-compose.yml has the same names. */
export function serviceDatabases(passwords: DatabasePasswords): Record<DatabaseSetting, ServiceDatabase> {
  return {
    ORDER_DATABASE_URL: { database: 'orders', role: 'order_service', password: passwords.ORDER_DATABASE_PASSWORD },
    PAYMENT_DATABASE_URL: {
      database: 'payments',
      role: 'payment_service',
      password: passwords.PAYMENT_DATABASE_PASSWORD,
    },
    INVENTORY_DATABASE_URL: {
      database: 'inventory',
      role: 'inventory_service',
      password: passwords.INVENTORY_DATABASE_PASSWORD,
    },
  }
}

/** The address of a service's database on this machine. */
export function databaseUrl(port: number, { database, role, password }: ServiceDatabase): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`
}

/**
 * Creates the databases and roles that are missing. A role may connect to its own database only.
 *
 * @param adminUrl address of a superuser
 */
export async function createDatabases(adminUrl: string, databases: readonly ServiceDatabase[]): Promise<void> {
  const sql = openPostgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    // By default every role may connect to every database, these two included.
    await sql.unsafe('revoke connect on database postgres, template1 from public')
    for (const { database, role, password } of databases) {
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
