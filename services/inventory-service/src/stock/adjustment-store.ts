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

export async function saveAdjustment(tx: Tx, adjustment: NewAdjustment): Promise<void> {
  await tx.insert(stockAdjustments).values(adjustment)
}

/** The adjustment of a SKU with this idempotency key, or undefined. */
export async function findAdjustment(
  db: Queryable,
  sku: string,
  idempotencyKey: string,
): Promise<{ requestHash: string; levelAfter: StockLevel } | undefined> {
  const [row] = await db
    .select({ requestHash: stockAdjustments.requestHash, levelAfter: stockAdjustments.levelAfter })
    .from(stockAdjustments)
    .where(and(eq(stockAdjustments.sku, sku), eq(stockAdjustments.idempotencyKey, idempotencyKey)))
  // The table's check stock_adjustments_keyed: a row with a key has both.
  return row as { requestHash: string; levelAfter: StockLevel } | undefined
}

/** A page of a SKU's adjustments, newest first; with a cursor, those before that id. */
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
