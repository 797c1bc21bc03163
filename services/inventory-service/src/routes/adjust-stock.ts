import { Sku, StockAdjustmentBody, StockLevel } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { levelUpdates, lockLevels, saveAdjustment } from '../db/stock.ts'
import { adjust, suppliedMax } from '../supply.ts'

/** Who asks for it: the gateway sends the admin's `sub`. */
const Headers = Type.Object({
  'x-actor': Type.String({ minLength: 1, maxLength: 128, default: 'service' }),
})

/**
 * `POST /stock/{sku}/adjustments` StockAdjustmentBody → StockLevel. Problems: `invalid-request` (delta 0, or more than
 * can be counted), `product-not-found`, `insufficient-stock` with what is `available`. Who did it and why is kept.
 */
export function addAdjustStock(app: HttpApp, { db }: { db: Db }): void {
  app.post(
    '/stock/:sku/adjustments',
    {
      schema: {
        params: Type.Object({ sku: Sku }),
        headers: Headers,
        body: StockAdjustmentBody,
        response: { 200: StockLevel },
      },
    },
    async ({ params: { sku }, headers, body: { delta, reason } }) =>
      db.transaction(async tx => {
        const [level] = await lockLevels(tx, { skus: [sku] })
        if (!level) throw new Problem('product-not-found', `${sku} is not in the catalogue. Set the product first.`)
        const adjustment = adjust(level, delta)
        if (adjustment.outcome !== 'changed') throw refusal(adjustment.why, level)
        await runAll(tx, levelUpdates([adjustment.level]))
        await saveAdjustment(tx, { sku, delta, reason, by: headers['x-actor'] })
        return adjustment.level
      }),
  )
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
