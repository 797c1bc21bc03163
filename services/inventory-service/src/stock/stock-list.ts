import { type StockPage as Page, Sku, StockFilters, StockPage, type StockRow } from '@alipay-checkout/contracts'
import { type HttpApp, PageLimit, pageOf } from '@alipay-checkout/service-kit'
import type { Db, Queryable } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type from 'typebox'

/** Products that one page searches with the filter `below`. */
const windowMax = 2_000

const Query = Type.Object(
  { ...StockFilters, cursor: Type.Optional(Sku), limit: PageLimit },
  { additionalProperties: false },
)

/**
 * `GET /admin/stock?below&cursor&limit` → StockPage, by SKU. With `below`, a page may have fewer items than `limit`, or
 * none, although `nextCursor` is set.
 */
export function addListStock(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/stock', { schema: { querystring: Query, response: { 200: StockPage } } }, async ({ query }) => {
    const { below, cursor, limit } = query
    const page = { cursor, limit: Number(limit) }
    return below === undefined ? listStock(db, page) : listBelow(db, { ...page, below: Number(below) })
  })
}

interface PageOptions {
  readonly cursor: string | undefined
  readonly limit: number
}

async function listStock(db: Queryable, { cursor, limit }: PageOptions): Promise<Page> {
  return pageOf(await readProducts(db, cursor, limit + 1), limit, ({ sku }) => sku)
}

/** Searches a bounded number of products for those with fewer available units than `below`. */
async function listBelow(db: Queryable, { cursor, limit, below }: PageOptions & { below: number }): Promise<Page> {
  const searched = await readProducts(db, cursor, windowMax)
  const found = searched.filter(({ available }) => available < below)
  const page = pageOf(found, limit, ({ sku }) => sku)
  const last = searched.at(-1)
  const isEnd = searched.length < windowMax || last === undefined
  return page.nextCursor !== null || isEnd ? page : { ...page, nextCursor: last.sku }
}

async function readProducts(db: Queryable, cursor: string | undefined, count: number): Promise<StockRow[]> {
  return await db.execute<StockRow & Record<string, unknown>>(sql`
    select p.sku, p.title, p.price_fen as "priceFen", p.on_sale as "onSale", p.max_per_customer as "maxPerCustomer",
           s.available, s.reserved as held, s.sold, s.supplied
    from products p join stock_levels s using (sku)
    where p.sku > ${cursor ?? ''}
    order by p.sku limit ${count}`)
}
