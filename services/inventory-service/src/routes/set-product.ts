import { type NewEvent, Product, ProductBody, type ProductChanged, Sku } from '@alipay-checkout/contracts'
import { appendEvents } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { availableOf, saveProduct } from '../db/products.ts'

/**
 * `PUT /products/{sku}` ProductBody → Product. Creates the product with no stock, or changes it and says so to the
 * others. What is already so stays as it is: no new version, no event.
 */
export function addSetProduct(
  app: HttpApp,
  { db, service, wakeRelay }: { db: Db; service: string; wakeRelay: () => void },
): void {
  app.put(
    '/products/:sku',
    { schema: { params: Type.Object({ sku: Sku }), body: ProductBody, response: { 200: Product } } },
    async ({ params: { sku }, body: { title, priceFen } }) => {
      const available = await db.transaction(async tx => {
        const version = await saveProduct(tx, sku, { title, priceFen })
        if (version !== undefined) {
          await appendEvents(tx, service, [productChanged(version)], await databaseNow(tx))
        }
        return availableOf(tx, sku)
      })
      wakeRelay()
      return { sku, title, priceFen, available }

      function productChanged(version: number): NewEvent<ProductChanged> {
        return { type: 'ProductChanged', key: sku, data: { sku, title, priceFen, version } }
      }
    },
  )
}
