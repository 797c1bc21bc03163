import type { StockAdjustment, StockAdjustmentList, StockLevel } from '@alipay-checkout/contracts'
import { pageOf } from '@alipay-checkout/service-kit'
import type { Queryable, Tx } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, lt } from 'drizzle-orm'
import { stockAdjustments } from './schema.ts'

export interface NewAdjustment {
  readonly sku: string
  readonly delta: number
  readonly reason: string
  readonly adjustedBy: string
  readonly levelAfter: StockLevel
  readonly idempotencyKey: string | undefined
  readonly requestHash: string
}

/** Records who let how many units in or out, and why. */
export async function saveAdjustment(tx: Tx, adjustment: NewAdjustment): Promise<void> {
  await tx.insert(stockAdjustments).values(adjustment)
}

/** The adjustment of a SKU that was made with this key, if there is one. */
export async function findAdjustment(
  db: Queryable,
  sku: string,
  idempotencyKey: string,
): Promise<{ requestHash: string; levelAfter: StockLevel } | undefined> {
  const [row] = await db
    .select({ requestHash: stockAdjustments.requestHash, levelAfter: stockAdjustments.levelAfter })
    .from(stockAdjustments)
    .where(and(eq(stockAdjustments.sku, sku), eq(stockAdjustments.idempotencyKey, idempotencyKey)))
  // A check of the table: whoever has a key has both.
  return row as { requestHash: string; levelAfter: StockLevel } | undefined
}

/** The adjustments of a SKU, newest first, before the id `cursor` if given. */
export async function listAdjustments(
  db: Queryable,
  sku: string,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<StockAdjustmentList> {
  const ofSku = eq(stockAdjustments.sku, sku)
  const rows = await db
    .select()
    .from(stockAdjustments)
    .where(cursor === undefined ? ofSku : and(ofSku, lt(stockAdjustments.id, cursor)))
    .orderBy(desc(stockAdjustments.id))
    .limit(limit + 1)
  const adjustments = rows.map(({ id, delta, reason, levelAfter, adjustedBy, adjustedAt }): StockAdjustment => {
    const before = levelAfter && {
      ...levelAfter,
      available: levelAfter.available - delta,
      supplied: levelAfter.supplied - delta,
    }
    return { id, delta, reason, before, after: levelAfter, adjustedBy, adjustedAt: adjustedAt.toISOString() }
  })
  return pageOf(adjustments, limit, ({ id }) => String(id))
}
