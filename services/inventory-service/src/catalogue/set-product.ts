import {
  type NewEvent,
  Product,
  ProductBody,
  type ProductChanged,
  ProductChangeList,
  type ProductSettings,
  Sku,
} from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import { ActorHeaders, actorFrom, type HttpApp, NumberedPage, Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findProduct, listProductChanges, saveProduct } from './product-store.ts'

const params = Type.Object({ sku: Sku })

/**
 * `PUT /products/{sku}` ProductBody → Product. Creates the product with no stock, or changes it, records who did it and
 * publishes ProductChanged. An unchanged product gets no new version, record or event.
 * `GET /products/{sku}/changes?cursor&limit` → ProductChangeList, or the problem `product-not-found`.
 */
export function addSetProduct(app: HttpApp, { db, outbox }: { db: Db; outbox: Outbox }): void {
  app.put(
    '/products/:sku',
    { schema: { params, headers: ActorHeaders, body: ProductBody, response: { 200: Product } } },
    async ({ params: { sku }, headers, body }) => {
      const { title, priceFen, onSale = true, maxPerCustomer = null, reason } = body
      const after = { title, priceFen, onSale, maxPerCustomer }
      return outbox.transact(async tx => {
        const version = await saveProduct(tx, sku, { after, actor: actorFrom(headers), reason })
        const [product, now] = await Promise.all([findProduct(tx, sku), databaseNow(tx)])
        const events = version === undefined ? [] : [productChanged(sku, after, version)]
        return { events, now, result: product as Product }
      })
    },
  )

  app.get(
    '/products/:sku/changes',
    { schema: { params, querystring: NumberedPage, response: { 200: ProductChangeList } } },
    async ({ params: { sku }, query: { cursor, limit } }) => {
      if (!(await findProduct(db, sku)))
        throw new Problem('product-not-found', `${sku} is not in the catalogue. Set the product first.`)
      const before = cursor === undefined ? undefined : Number(cursor)
      return listProductChanges(db, sku, { cursor: before, limit: Number(limit) })
    },
  )
}

function productChanged(
  sku: string,
  { title, priceFen, onSale, maxPerCustomer }: ProductSettings,
  version: number,
): NewEvent<ProductChanged> {
  const limit = maxPerCustomer === null ? {} : { maxPerCustomer }
  return { type: 'ProductChanged', key: sku, data: { sku, title, priceFen, version, onSale, ...limit } }
}
