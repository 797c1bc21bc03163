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
 * `GET /admin/stock?sku&below&cursor&limit` → StockPage, by SKU. With `below`, a page may have fewer items than `limit`,
 * or none, although `nextCursor` is set.
 */
export function addListStock(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/stock', { schema: { querystring: Query, response: { 200: StockPage } } }, async ({ query }) => {
    const { sku, below, cursor, limit } = query
    const page = { sku, cursor, limit: Number(limit) }
    return below === undefined ? listStock(db, page) : listBelow(db, { ...page, below: Number(below) })
  })
}

interface PageOptions {
  /** The beginning of the SKUs. */
  readonly sku: string | undefined
  readonly cursor: string | undefined
  readonly limit: number
}

async function listStock(db: Queryable, page: PageOptions): Promise<Page> {
  return pageOf(await readProducts(db, page, page.limit + 1), page.limit, ({ sku }) => sku)
}

/** Searches a bounded number of products for those with fewer available units than `below`. */
async function listBelow(db: Queryable, options: PageOptions & { below: number }): Promise<Page> {
  const { limit, below } = options
  const searched = await readProducts(db, options, windowMax)
  const found = searched.filter(({ available }) => available < below)
  const page = pageOf(found, limit, ({ sku }) => sku)
  const last = searched.at(-1)
  const isEnd = searched.length < windowMax || last === undefined
  return page.nextCursor !== null || isEnd ? page : { ...page, nextCursor: last.sku }
}

async function readProducts(db: Queryable, { sku, cursor = '' }: PageOptions, count: number): Promise<StockRow[]> {
  // The order of bytes, in which `~` follows every character of a SKU: the index of beginnings has it.
  const page =
    sku === undefined
      ? sql`where p.sku > ${cursor} order by p.sku`
      : sql`where p.sku ~>=~ ${sku} and p.sku ~<~ ${`${sku}~`} and p.sku ~>~ ${cursor} order by p.sku using ~<~`
  return await db.execute<StockRow & Record<string, unknown>>(sql`
    select p.sku, p.title, p.price_fen as "priceFen", p.on_sale as "onSale", p.max_per_customer as "maxPerCustomer",
           s.available, s.reserved as held, s.sold, s.supplied
    from products p join stock_levels s using (sku)
    ${page} limit ${count}`)
}
