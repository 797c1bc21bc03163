import type { KeptAnswer } from '@alipay-checkout/contracts'
import { type Db, jsonRows, type Queryable, type Tx } from '@alipay-checkout/service-kit/database'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { idempotencyKeys } from '../orders/schema.ts'

/** A request's key, and the order that it is to make. */
export interface KeyClaim {
  customerId: string
  key: string
  requestHash: string
  orderId: string
}

export type ClaimedKey = typeof idempotencyKeys.$inferSelect

/** How long the first request counts as being worked on, s. Longer than any answer takes. */
const lockSeconds = 10

/** Claims keys in one statement; gives back the order ids whose key was new. */
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

/** The statement that frees the keys of these claims, which came to nothing. */
export function keyDeletes(claims: readonly KeyClaim[]): SQL[] {
  if (claims.length === 0) return []
  return [sql`delete from idempotency_keys k using ${keysOf(claims)} where ${isTheirs}`]
}

/** The statement that lets the keys of these claims stand for requests that made no order. */
export function keysWithoutOrder(claims: readonly KeyClaim[]): SQL[] {
  if (claims.length === 0) return []
  return [sql`update idempotency_keys k set order_id = null from ${keysOf(claims)} where ${isTheirs}`]
}

/** By the primary key, since orders have no index here; and only where the claim was theirs. */
const isTheirs = sql`k.customer_id = r."customerId" and k.key = r.key and k.order_id = r."orderId"`
const keysOf = (claims: readonly KeyClaim[]) =>
  sql`jsonb_to_recordset(${jsonRows(claims)}) as r("customerId" text, key text, "orderId" text)`

/** Frees a key that stands for no order and has no answer. */
export async function freeKey(db: Db, { customerId, key }: ClaimedKey): Promise<void> {
  await db.execute(sql`
    delete from idempotency_keys
    where customer_id = ${customerId} and key = ${key} and order_id is null and response_status is null`)
}

/** Takes over a request whose first worker is gone, by the database's clock. False when another repeat was quicker. */
export async function takeOverKey(db: Db, row: ClaimedKey): Promise<boolean> {
  const taken = await db.execute(sql`
    update idempotency_keys set locked_until = now() + ${lockSeconds} * interval '1 second'
    where customer_id = ${row.customerId} and key = ${row.key} and response_status is null
      and locked_until <= now()
    returning 1`)
  return taken.length > 0
}

/**
 * Keeps the answers that repeats will get, in one statement. The first one kept stays: where two worked on a request,
 * whoever comes second gets that one back and must give it out instead of its own. One result per answer, in order.
 */
export async function keepAnswers(db: Db, answers: readonly KeptAnswer[]): Promise<(KeptAnswer | undefined)[]> {
  const rows = await db.execute<KeptAnswer & Record<string, unknown>>(sql`
    update idempotency_keys k
    set response_status = coalesce(k.response_status, r.status), response_body = coalesce(k.response_body, r.body),
        response_type = coalesce(k.response_type, r."contentType")
    from jsonb_to_recordset(${jsonRows(answers)}) as r(
      "customerId" text, key text, status int, body text, "contentType" text)
    where k.customer_id = r."customerId" and k.key = r.key
    returning k.customer_id as "customerId", k.key, k.response_status as status, k.response_body as body,
              k.response_type as "contentType"`)
  const nameOf = ({ customerId, key }: Pick<KeptAnswer, 'customerId' | 'key'>) => JSON.stringify([customerId, key])
  // Of two answers for one key in a batch, the statement takes one: what it has kept counts for both.
  const kept = new Map(rows.map(row => [nameOf(row), row]))
  return answers.map(answer => {
    const row = kept.get(nameOf(answer))
    return !row || (row.status === answer.status && row.body === answer.body) ? undefined : row
  })
}

/** Deletes keys older than 24 hours by the database's clock, a bounded number at a time; gives back how many. */
export async function deleteExpiredKeys(db: Db): Promise<number> {
  const gone = await db.execute(sql`
    delete from idempotency_keys where ctid = any(array(
      select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit 5000)) returning 1`)
  return gone.length
}
