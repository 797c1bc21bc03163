import { type ProductList as Page, Product, ProductList, Sku } from '@alipay-checkout/contracts'
import { createBatcher, type HttpApp, isUnreachable, PageLimit, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { type CataloguePage, findProduct, listProducts } from './product-store.ts'

/** Requests that share one read of the catalogue. */
const readersMax = 1_000

const Query = Type.Object(
  { cursor: Type.Optional(Sku), limit: PageLimit, all: Type.Optional(Type.Literal('true')) },
  { additionalProperties: false },
)

/**
 * `GET /products?cursor&limit&all` → ProductList, `GET /products/{sku}` → Product, or the problem
 * `product-not-found` if it is not on sale. Requests that arrive during a read share the next one, so that no response is
 * older than its request.
 */
export function addListProducts(app: HttpApp, { db }: { db: Db }): void {
  const readShared = createBatcher<CataloguePage, Page>({
    batchSizeMax: readersMax,
    failsBatch: isUnreachable,
    async run(pages) {
      const reading = new Map<string, Promise<Page>>()
      return Promise.all(
        pages.map(page => {
          const key = JSON.stringify([page.cursor, page.limit, page.all])
          const read = reading.get(key) ?? listProducts(db, page)
          reading.set(key, read)
          return read
        }),
      )
    },
  })

  app.get('/products', { schema: { querystring: Query, response: { 200: ProductList } } }, async ({ query }) =>
    readShared({ cursor: query.cursor, limit: Number(query.limit), all: query.all === 'true' }),
  )

  app.get(
    '/products/:sku',
    { schema: { params: Type.Object({ sku: Sku }), response: { 200: Product } } },
    async ({ params: { sku } }) => {
      const product = await findProduct(db, sku)
      if (product?.onSale) return product
      throw new Problem('product-not-found', `${sku} is not on sale. GET /products lists the products on sale.`)
    },
  )
}
