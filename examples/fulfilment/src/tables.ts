import { openPostgres } from '@alipay-checkout/consumer'
import type postgres from 'postgres'

/** Units of a product. */
export type LineUnits = { sku: string; quantity: number }

/**
 * `TO_SHIP`: must leave, unless the order is refunded before. `SHIPPED`: has left. `CANCELLED`: never leaves.
 * `RETURN_EXPECTED`: had left when its order was refunded as a whole.
 */
export type ParcelStatus = 'TO_SHIP' | 'SHIPPED' | 'CANCELLED' | 'RETURN_EXPECTED'

// No table has a name, a phone number or an address: the shop has them, and deletes them.
const tables = `
  create table if not exists parcels (
    parcel_id text primary key,
    order_id text not null unique,
    status text not null default 'TO_SHIP'
      check (status in ('TO_SHIP', 'SHIPPED', 'CANCELLED', 'RETURN_EXPECTED')),
    lines jsonb not null,
    carrier text,
    tracking_number text,
    shipment_id text,
    why_cancelled text,
    refund_known_at timestamptz,
    tries integer not null default 0,
    next_try_at timestamptz not null default now(),
    created_at timestamptz not null default now()
  );
  create index if not exists parcels_to_ship on parcels (next_try_at) where status = 'TO_SHIP';

  -- The conveyor belt obeys this table: a row is a parcel that leaves. Rows are only ever added.
  create table if not exists dispatches (
    parcel_id text primary key references parcels,
    shipment_id text not null unique,
    lines jsonb not null,
    dispatched_at timestamptz not null default clock_timestamp()
  );
`

/** Connects to the warehouse's database. A process that is frozen in a transaction loses its locks after 10 s. */
export function openDatabase(url: string): postgres.Sql {
  return openPostgres(url, {
    max: 6,
    connect_timeout: 5,
    onnotice: () => {},
    connection: {
      application_name: 'fulfilment',
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
    },
  })
}

/** Creates the warehouse's tables, unless they exist. */
export async function createWarehouseTables(sql: postgres.Sql): Promise<void> {
  await sql.begin(async tx => {
    // Two processes that start at once would create the same table twice.
    await tx`select pg_advisory_xact_lock(hashtext('fulfilment tables'))`
    await tx.unsafe(tables)
  })
}
