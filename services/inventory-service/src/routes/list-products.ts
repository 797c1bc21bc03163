import { type Product, ProductList } from '@alipay-checkout/contracts'
import { createBatcher, type HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { listProducts } from '../db/products.ts'

/** Requests that share one reading of the catalogue, at most. */
const readersMax = 1_000

/**
 * `GET /products` → ProductList. Requests that come while the catalogue is being read share the next reading, never
 * the one at work: nobody sees a catalogue older than their own request.
 */
export function addListProducts(app: HttpApp, { db }: { db: Db }): void {
  const readShared = createBatcher<void, Product[]>({
    batchSizeMax: readersMax,
    async run(readers) {
      const products = await listProducts(db)
      return readers.map(() => products)
    },
  })
  app.get('/products', { schema: { response: { 200: ProductList } } }, async () => ({ items: await readShared() }))
}
