import { createHash } from 'node:crypto'
import { Sku, StockAdjustmentBody, StockAdjustmentList, StockLevel } from '@alipay-checkout/contracts'
import {
  ActorHeaders,
  actorFrom,
  type HttpApp,
  invalidField,
  NumberedPage,
  Problem,
} from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findProduct } from '../catalogue/product-store.ts'
import { findAdjustment, listAdjustments, saveAdjustment } from './adjustment-store.ts'
import type { Level } from './stock-state.ts'
import { levelUpdates, lockLevels } from './stock-store.ts'

/** The largest number of units of one SKU, so that every sum is an exact number. */
export const suppliedMax = 1_000_000_000_000

const params = Type.Object({ sku: Sku })
const Headers = Type.Object({
  ...ActorHeaders.properties,
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})

/**
 * `POST /stock/{sku}/adjustments` StockAdjustmentBody → StockLevel. Problems: `invalid-request` (a delta of 0, or too many
 * units), `product-not-found`, `insufficient-stock` with the number of `available` units, `idempotency-key-reused`.
 * Each adjustment is recorded with its actor. A repeat with the same key and body gets the first response again.
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
        // Repeats wait for the lock of the level, so that they find the adjustment of the first request.
        const earlier = idempotencyKey && (await findAdjustment(tx, sku, idempotencyKey))
        if (earlier) {
          if (earlier.requestHash === requestHash) return earlier.levelAfter
          throw new Problem(
            'idempotency-key-reused',
            `This Idempotency-Key was used for another adjustment of ${sku}. Use a new key for a new adjustment.`,
          )
        }
        const adjustment = adjust(level, delta)
        if (adjustment.outcome !== 'changed') throw refusal(adjustment.reason, level)
        const actor = actorFrom(headers)
        const levelAfter = stockLevelBody(adjustment.level)
        const change = { before: stockLevelBody(level), after: levelAfter, reason }
        await runAll(tx, [
          ...levelUpdates([adjustment.level]),
          ...auditInserts([{ actor, action: 'stock.adjust', object: sku, ...change }]),
        ])
        await saveAdjustment(tx, {
          sku,
          delta,
          reason,
          adjustedBy: actor.id,
          levelAfter,
          idempotencyKey,
          requestHash,
        })
        return levelAfter
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

function refusal(reason: Exclude<Adjustment, { outcome: 'changed' }>['reason'], { sku, available }: Level): Problem {
  switch (reason) {
    case 'nothing_to_change':
      return invalidField('delta', 'must not be 0')
    case 'too_much_supplied':
      return invalidField('delta', `would bring ${sku} above ${suppliedMax} units`)
    case 'insufficient_stock':
      return new Problem(
        'insufficient-stock',
        `Only ${available} units of ${sku} are available; the others are reserved or sold. Remove at most ${available}.`,
        { sku, available },
      )
  }
}

type Adjustment =
  | { readonly outcome: 'changed'; readonly level: Level }
  | { readonly outcome: 'ignored'; readonly reason: 'nothing_to_change' }
  | { readonly outcome: 'rejected'; readonly reason: 'insufficient_stock' | 'too_much_supplied' }

/** Adds (positive `delta`) or removes (negative) units. Reserved and sold units can't be removed. */
export function adjust(level: Level, delta: number): Adjustment {
  if (delta === 0) return { outcome: 'ignored', reason: 'nothing_to_change' }
  if (level.available + delta < 0) return { outcome: 'rejected', reason: 'insufficient_stock' }
  if (level.supplied + delta > suppliedMax) return { outcome: 'rejected', reason: 'too_much_supplied' }
  return {
    outcome: 'changed',
    level: { ...level, available: level.available + delta, supplied: level.supplied + delta },
  }
}

/** The level as the API shows it, where reserved units are called `held`. */
function stockLevelBody({ sku, available, reserved, sold, supplied }: Level): StockLevel {
  return { sku, available, held: reserved, sold, supplied }
}
