import { openClient } from '@alipay-checkout/service-kit/database'
import type postgres from 'postgres'

/** The SQL of `createTables`, for systems that run migrations of their own. */
export const tablesSql = `create table if not exists inbox (
  consumer text not null,
  event_id uuid not null,
  received_at timestamptz not null default now(),
  primary key (consumer, event_id)
)`

/**
 * Creates the table in which a consumer stores the ids of the events that it has handled, unless it exists.
 *
 * @param databaseUrl a user's who may create tables
 */
export async function createTables(databaseUrl: string): Promise<void> {
  const client = openClient({ url: databaseUrl, name: 'create-tables', poolSize: 1 })
  try {
    await client.begin(async sql => {
      // PostgreSQL fails one of two sessions that create the same table at once.
      await sql`select pg_advisory_xact_lock(hashtext('alipay-checkout consumer tables'))`
      await sql.unsafe(tablesSql)
    })
  } finally {
    await client.end({ timeout: 5 })
  }
}

const undefinedTable = '42P01'

/**
 * Checks that the table is there and that its columns and this user's rights suffice. Without them every event would fail,
 * and become a dead letter.
 *
 * @throws Error saying what to do
 */
export async function checkTables(client: postgres.Sql): Promise<void> {
  try {
    // PostgreSQL checks rights when it explains a statement, and changes nothing.
    await client`explain insert into inbox (consumer, event_id, received_at) values ('', gen_random_uuid(), now())
      on conflict do nothing returning event_id`
    await client`explain delete from inbox where consumer = '' and event_id = gen_random_uuid() and received_at < now()`
    await client`explain select event_id from inbox for update`
  } catch (error) {
    if ((error as { code?: string }).code !== undefinedTable) throw error
    throw new Error('the database has no table inbox: call createTables(databaseUrl) before the consumer starts', {
      cause: error,
    })
  }
}
