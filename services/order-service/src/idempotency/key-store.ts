import type { StoredResponse } from '@alipay-checkout/contracts'
import { type Db, jsonRows, type Queryable, type Tx } from '@alipay-checkout/service-kit/database'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { idempotencyKeys } from './schema.ts'

/** A request's idempotency key, and the id of the order that the request is to place. */
export interface KeyClaim {
  customerId: string
  key: string
  requestHash: string
  orderId: string
}

export type ClaimedKey = typeof idempotencyKeys.$inferSelect

/** How long the first request with a key counts as running, s. Longer than any response takes. */
const lockSeconds = 10

/** Claims keys in one statement. Returns the order ids of the claims whose key was new. */
export async function claimKeys(tx: Tx, claims: readonly KeyClaim[]): Promise<Set<string>> {
  if (claims.length === 0) return new Set()
  const rows = await tx.execute<{ order_id: string }>(sql`
    insert into idempotency_keys (customer_id, key, request_hash, order_id, locked_until, created_at)
    select "customerId", key, "requestHash", "orderId",
           now() + ${lockSeconds} * interval '1 second', now()
    from jsonb_to_recordset(${jsonRows(claims)}) as r("customerId" text, key text, "requestHash" text, "orderId" text)
    on conflict do nothing
    returning order_id`)
  return new Set(rows.map(row => row.order_id))
}

export async function findKey(db: Queryable, customerId: string, key: string): Promise<ClaimedKey | undefined> {
  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.customerId, customerId), eq(idempotencyKeys.key, key)))
  return row
}

/** The statement that deletes the keys of refused requests, so that they can be used again. */
export function keyDeletes(claims: readonly KeyClaim[]): SQL[] {
  if (claims.length === 0) return []
  return [sql`delete from idempotency_keys k using ${rowsOf(claims)} where ${isClaimed}`]
}

/** The statement that removes the order id from the keys of requests that placed no order but whose response is stored. */
export function orderIdRemovals(claims: readonly KeyClaim[]): SQL[] {
  if (claims.length === 0) return []
  return [sql`update idempotency_keys k set order_id = null from ${rowsOf(claims)} where ${isClaimed}`]
}

/** Finds keys by their primary key, since order_id has no index, and leaves out keys that another request claimed. */
const isClaimed = sql`k.customer_id = r."customerId" and k.key = r.key and k.order_id = r."orderId"`
const rowsOf = (claims: readonly KeyClaim[]) =>
  sql`jsonb_to_recordset(${jsonRows(claims)}) as r("customerId" text, key text, "orderId" text)`

/** Deletes a key that has neither an order nor a stored response. */
export async function deleteUnusedKey(db: Db, { customerId, key }: ClaimedKey): Promise<void> {
  await db.execute(sql`
    delete from idempotency_keys
    where customer_id = ${customerId} and key = ${key} and order_id is null and response_status is null`)
}

/**
 * Locks a key whose first request no longer runs, by the database's clock. False where another repeat locked it first.
 */
export async function takeOverKey(db: Db, row: ClaimedKey): Promise<boolean> {
  const taken = await db.execute(sql`
    update idempotency_keys set locked_until = now() + ${lockSeconds} * interval '1 second'
    where customer_id = ${row.customerId} and key = ${row.key} and response_status is null
      and locked_until <= now()
    returning 1`)
  return taken.length > 0
}

/**
 * Stores the responses that repeats of these requests get, in one statement. The first response stored for a key stays.
 * Returns one result per response, in order: the response stored earlier, which must be sent instead, or undefined.
 */
export async function storeResponses(
  db: Db,
  responses: readonly StoredResponse[],
): Promise<(StoredResponse | undefined)[]> {
  const rows = await db.execute<StoredResponse & Record<string, unknown>>(sql`
    update idempotency_keys k
    set response_status = coalesce(k.response_status, r.status), response_body = coalesce(k.response_body, r.body),
        response_type = coalesce(k.response_type, r."contentType")
    from jsonb_to_recordset(${jsonRows(responses)}) as r(
      "customerId" text, key text, status int, body text, "contentType" text)
    where k.customer_id = r."customerId" and k.key = r.key
    returning k.customer_id as "customerId", k.key, k.response_status as status, k.response_body as body,
              k.response_type as "contentType"`)
  const idOf = ({ customerId, key }: Pick<StoredResponse, 'customerId' | 'key'>) => JSON.stringify([customerId, key])
  // Where a batch has two responses for one key, the statement stores one of them, and both requests send that one.
  const stored = new Map(rows.map(row => [idOf(row), row]))
  return responses.map(response => {
    const row = stored.get(idOf(response))
    return !row || (row.status === response.status && row.body === response.body) ? undefined : row
  })
}

/** Deletes keys older than 24 hours by the database's clock, 5000 at most. Returns how many were deleted. */
export async function deleteExpiredKeys(db: Db): Promise<number> {
  const deleted = await db.execute(sql`
    delete from idempotency_keys where ctid = any(array(
      select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit 5000)) returning 1`)
  return deleted.length
}
