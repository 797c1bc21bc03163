import type { ProductChanged } from '@alipay-checkout/contracts'
import { jsonRows, type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { products } from './schema.ts'

export type CatalogueEntry = Pick<
  typeof products.$inferSelect,
  'sku' | 'title' | 'priceFen' | 'onSale' | 'maxPerCustomer'
>

/** The catalogue entries of these SKUs, by SKU; without unknown SKUs. */
export async function findProducts(db: Queryable, skus: readonly string[]): Promise<Map<string, CatalogueEntry>> {
  const rows = await db.execute<CatalogueEntry & Record<string, unknown>>(sql`
    select sku, title, price_fen as "priceFen", on_sale as "onSale", max_per_customer as "maxPerCustomer"
    from products where sku = any(${textArray([...new Set(skus)])})`)
  return new Map(rows.map(row => [row.sku, row]))
}

/** The statement that stores changed products; an older version never replaces a newer one. */
export function productUpserts(changes: readonly ProductChanged['data'][]): SQL[] {
  // Only the newest version of each SKU, because one statement can't update a row twice.
  const newest = new Map<string, ProductChanged['data']>()
  for (const change of changes) {
    if (change.version >= (newest.get(change.sku)?.version ?? 0)) newest.set(change.sku, change)
  }
  return [
    sql`
    insert into products (sku, title, price_fen, on_sale, max_per_customer, version)
    select sku, title, "priceFen", coalesce("onSale", true), "maxPerCustomer", version
    from jsonb_to_recordset(${jsonRows([...newest.values()])}) as r(
      sku text, title text, "priceFen" bigint, "onSale" boolean, "maxPerCustomer" int, version int)
    on conflict (sku) do update
    set title = excluded.title, price_fen = excluded.price_fen, on_sale = excluded.on_sale,
        max_per_customer = excluded.max_per_customer, version = excluded.version
    where products.version < excluded.version`,
  ]
}
