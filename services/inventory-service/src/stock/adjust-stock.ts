import { createHash } from 'node:crypto'
import { Sku, StockAdjustmentBody, StockAdjustmentList, StockLevel } from '@alipay-checkout/contracts'
import { ActorHeaders, actorOf, type HttpApp, NumberedPage, Problem } from '@alipay-checkout/service-kit'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findProduct } from '../catalogue/product-store.ts'
import { findAdjustment, listAdjustments, saveAdjustment } from './adjustment-store.ts'
import { levelUpdates, lockLevels } from './stock-store.ts'

/** The most units that may ever have been supplied of one SKU: every sum of such numbers is still exact. */
export const suppliedMax = 1_000_000_000_000
const params = Type.Object({ sku: Sku })
const Headers = Type.Object({
  ...ActorHeaders.properties,
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})

/**
 * `POST /stock/{sku}/adjustments` StockAdjustmentBody → StockLevel. Problems: `invalid-request` (delta 0, or more than
 * can be counted), `product-not-found`, `insufficient-stock` with what is `available`, `idempotency-key-reused`. Who did
 * it and why is recorded with the levels. The same key with the same body is answered with the level of the first time.
 * `GET /stock/{sku}/adjustments?cursor&limit` → StockAdjustmentList.
 */
export function addAdjustStock(app: HttpApp, { db }: { db: Db }): void {
  app.post(
    '/stock/:sku/adjustments',
    { schema: { params, headers: Headers, body: StockAdjustmentBody, response: { 200: StockLevel } } },
    async ({ params: { sku }, headers, body: { delta, reason } }) => {
      const idempotencyKey = headers['idempotency-key']
      const requestHash = createHash('sha256')
        .update(JSON.stringify([delta, reason]))
        .digest('hex')
      return db.transaction(async tx => {
        const [level] = await lockLevels(tx, { skus: [sku] })
        if (!level) throw unknownProduct(sku)
        // Repeats of one request take turns at the lock, so that the second one sees what the first one saved.
        const earlier = idempotencyKey && (await findAdjustment(tx, sku, idempotencyKey))
        if (earlier) {
          if (earlier.requestHash === requestHash) return earlier.levelAfter
          throw new Problem('idempotency-key-reused', `This key was used for another adjustment of ${sku}.`)
        }
        const adjustment = adjust(level, delta)
        if (adjustment.outcome !== 'changed') throw refusal(adjustment.why, level)
        await runAll(tx, levelUpdates([adjustment.level]))
        await saveAdjustment(tx, {
          sku,
          delta,
          reason,
          adjustedBy: actorOf(headers['x-actor']),
          levelAfter: adjustment.level,
          idempotencyKey,
          requestHash,
        })
        return adjustment.level
      })
    },
  )

  app.get(
    '/stock/:sku/adjustments',
    { schema: { params, querystring: NumberedPage, response: { 200: StockAdjustmentList } } },
    async ({ params: { sku }, query: { cursor, limit } }) => {
      if (!(await findProduct(db, sku))) throw unknownProduct(sku)
      const before = cursor === undefined ? undefined : Number(cursor)
      return listAdjustments(db, sku, { cursor: before, limit: Number(limit) })
    },
  )
}

function unknownProduct(sku: string): Problem {
  return new Problem('product-not-found', `${sku} is not in the catalogue. Set the product first.`)
}
function refusal(
  why: 'nothing_to_change' | 'insufficient_stock' | 'too_much_supplied',
  { sku, available }: StockLevel,
): Problem {
  switch (why) {
    case 'nothing_to_change':
      return invalidDelta('must not be 0')
    case 'too_much_supplied':
      return invalidDelta(`would bring more than ${suppliedMax} units of ${sku} in`)
    case 'insufficient_stock':
      return new Problem('insufficient-stock', `Only ${available} of ${sku} can leave: the rest is held or sold.`, {
        sku,
        available,
      })
  }
}

function invalidDelta(message: string): Problem {
  return new Problem('invalid-request', `delta ${message}.`, { errors: [{ field: 'delta', message }] })
}

type Adjustment =
  | { readonly outcome: 'changed'; readonly level: StockLevel }
  | { readonly outcome: 'ignored'; readonly why: 'nothing_to_change' }
  | { readonly outcome: 'rejected'; readonly why: 'insufficient_stock' | 'too_much_supplied' }

/** Lets `delta` units come in (positive) or leave (negative). What is held or sold can't leave. */
export function adjust(level: StockLevel, delta: number): Adjustment {
  if (delta === 0) return { outcome: 'ignored', why: 'nothing_to_change' }
  if (level.available + delta < 0) return { outcome: 'rejected', why: 'insufficient_stock' }
  if (level.supplied + delta > suppliedMax) return { outcome: 'rejected', why: 'too_much_supplied' }
  return {
    outcome: 'changed',
    level: { ...level, available: level.available + delta, supplied: level.supplied + delta },
  }
}
