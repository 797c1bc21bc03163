import {
  type ProductChange,
  Sku,
  type StockAdjustment,
  StockHistory,
  type StockHistoryEntry,
} from '@alipay-checkout/contracts'
import { type HttpApp, PageLimit, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findProduct, listProductChanges } from '../catalogue/product-store.ts'
import { listAdjustments } from './adjustment-store.ts'

/** Up to where both lists were shown: an adjustment's id and a product's version, `<id>-<version>`. */
const Cursor = Type.String({ pattern: '^[1-9][0-9]{0,14}-[1-9][0-9]{0,14}$' })
const Query = Type.Object({ cursor: Type.Optional(Cursor), limit: PageLimit }, { additionalProperties: false })

/** `GET /admin/stock/{sku}/history?cursor&limit` → StockHistory, newest first, or the problem `product-not-found`. */
export function addStockHistory(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/admin/stock/:sku/history',
    { schema: { params: Type.Object({ sku: Sku }), querystring: Query, response: { 200: StockHistory } } },
    async ({ params: { sku }, query }) => {
      if (!(await findProduct(db, sku)))
        throw new Problem('product-not-found', `${sku} is not in the catalogue. Set the product first.`)
      const limit = Number(query.limit)
      const [adjustmentId, version] = query.cursor?.split('-').map(Number) ?? []
      const [adjustments, changes] = await Promise.all([
        listAdjustments(db, sku, { cursor: adjustmentId, limit: limit + 1 }),
        listProductChanges(db, sku, { cursor: version, limit: limit + 1 }),
      ])
      const shown = mergeHistory(adjustments.items, changes.items, limit)
      const before = {
        adjustmentId: adjustments.items[shown.adjustments - 1]?.id ?? startOf(adjustmentId, adjustments.items[0]?.id),
        version: changes.items[shown.changes - 1]?.version ?? startOf(version, changes.items[0]?.version),
      }
      const isEnd = adjustments.items.length + changes.items.length <= limit
      return { sku, items: shown.items, nextCursor: isEnd ? null : `${before.adjustmentId}-${before.version}` }
    },
  )
}

/** Where a list begins of which nothing was shown yet: later entries of it do not get onto the next page. */
function startOf(cursor: number | undefined, first: number | undefined): number {
  return cursor ?? (first ?? 0) + 1
}

/**
 * The newest `limit` entries of both lists, which are ordered newest first. Each list stays in its own order, whatever its
 * times are. Of two entries with the same time, the adjustment comes first. Pure.
 */
function mergeHistory(
  adjustments: readonly StockAdjustment[],
  changes: readonly ProductChange[],
  limit: number,
): { items: StockHistoryEntry[]; adjustments: number; changes: number } {
  const items: StockHistoryEntry[] = []
  let ofAdjustments = 0
  let ofChanges = 0
  while (items.length < limit) {
    const adjustment = adjustments[ofAdjustments]
    const change = changes[ofChanges]
    if (adjustment && (!change || Date.parse(adjustment.adjustedAt) >= Date.parse(change.changedAt))) {
      items.push(ofAdjustment(adjustment))
      ofAdjustments++
    } else if (change) {
      items.push(ofChange(change))
      ofChanges++
    } else break
  }
  return { items, adjustments: ofAdjustments, changes: ofChanges }
}

function ofAdjustment({ adjustedAt, adjustedBy, delta, reason, before, after }: StockAdjustment): StockHistoryEntry {
  return { at: adjustedAt, by: adjustedBy, what: 'stock', delta, reason, before, after }
}

function ofChange({ changedAt, changedBy, reason, before, after }: ProductChange): StockHistoryEntry {
  const why = reason === undefined ? {} : { reason }
  return { at: changedAt, by: changedBy, what: 'product', ...why, before, after }
}
