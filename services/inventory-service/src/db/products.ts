import type { Product, ProductBody } from '@alipay-checkout/contracts'
import type { Queryable, Tx } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** The list is given out whole; a catalogue beyond this needs pages. */
const productsListedMax = 10_000

/** The catalogue with what is on sale, by SKU. */
export async function listProducts(db: Queryable): Promise<Product[]> {
  return await db.execute<Product & Record<string, unknown>>(sql`
    select p.sku, p.title, p.price_fen as "priceFen", s.available
    from products p join stock_levels s using (sku)
    order by p.sku limit ${productsListedMax}`)
}

/**
 * Creates a product with no stock, or changes it. Gives back its new version, or undefined when it was already so.
 * The row stays locked until the transaction ends, so that versions go out in their order.
 */
export async function saveProduct(tx: Tx, sku: string, body: ProductBody): Promise<number | undefined> {
  const [changed] = await tx.execute<{ version: number }>(sql`
    insert into products (sku, title, price_fen) values (${sku}, ${body.title}, ${body.priceFen})
    on conflict (sku) do update
    set title = excluded.title, price_fen = excluded.price_fen, version = products.version + 1, updated_at = now()
    where (products.title, products.price_fen) is distinct from (excluded.title, excluded.price_fen)
    returning version`)
  if (changed?.version === 1) await tx.execute(sql`insert into stock_levels (sku) values (${sku})`)
  return changed?.version
}

/** What is on sale of one SKU of the catalogue. */
export async function availableOf(db: Queryable, sku: string): Promise<number> {
  const [level] = await db.execute<{ available: number }>(sql`select available from stock_levels where sku = ${sku}`)
  if (!level) throw new Error(`${sku} has no stock level`)
  return level.available
}
