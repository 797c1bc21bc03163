import type {
  Product,
  ProductChange,
  ProductChangeList,
  ProductList,
  ProductSettings,
} from '@alipay-checkout/contracts'
import { type Actor, pageOf } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Queryable, runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, sql } from 'drizzle-orm'
import { productChanges, products } from './schema.ts'

type Row<T> = T & Record<string, unknown>

/** A page: at most `limit` products after the SKU `cursor`; with `all` also those that are not on sale. */
export interface CataloguePage {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly all: boolean
}

const product = sql`p.sku, p.title, p.price_fen as "priceFen", s.available, p.on_sale as "onSale",
      p.max_per_customer as "maxPerCustomer"`

/** A page of the catalogue with available units, by SKU. */
export async function listProducts(db: Queryable, { cursor, limit, all }: CataloguePage): Promise<ProductList> {
  const rows = await db.execute<Row<Product>>(sql`
    select ${product}
    from products p join stock_levels s using (sku)
    where p.sku > ${cursor ?? ''} ${all ? sql`` : sql`and p.on_sale`}
    order by p.sku limit ${limit + 1}`)
  return pageOf(rows, limit, ({ sku }) => sku)
}

/** A product with its available units; undefined if it does not exist. */
export async function findProduct(db: Queryable, sku: string): Promise<Product | undefined> {
  const [row] = await db.execute<Row<Product>>(sql`
    select ${product} from products p join stock_levels s using (sku) where p.sku = ${sku}`)
  return row
}

interface NewChange {
  readonly after: ProductSettings
  readonly actor: Actor
  readonly reason: string | undefined
}

/**
 * Creates a product with no stock, or changes it, and records who did it. Returns its new version, or undefined if
 * nothing changed. The row stays locked until the transaction ends, so that versions are published in their order.
 */
export async function saveProduct(tx: Tx, sku: string, change: NewChange): Promise<number | undefined> {
  const { after } = change
  const { title, priceFen, onSale, maxPerCustomer } = after
  const created = await tx.execute(sql`
    insert into products (sku, title, price_fen, on_sale, max_per_customer)
    values (${sku}, ${title}, ${priceFen}, ${onSale}, ${maxPerCustomer})
    on conflict (sku) do nothing returning 1`)
  if (created.length > 0) {
    await tx.execute(sql`insert into stock_levels (sku) values (${sku})`)
    await recordChange(tx, sku, { ...change, version: 1 })
    return 1
  }
  const [row] = await tx
    .select({
      title: products.title,
      priceFen: products.priceFen,
      onSale: products.onSale,
      maxPerCustomer: products.maxPerCustomer,
      version: products.version,
    })
    .from(products)
    .where(eq(products.sku, sku))
    .for('update')
  const { version: versionBefore, ...before } = row as NonNullable<typeof row>
  if (isSame(before, after)) return undefined
  const version = versionBefore + 1
  await tx
    .update(products)
    .set({ title, priceFen, onSale, maxPerCustomer, version, updatedAt: sql`now()` })
    .where(eq(products.sku, sku))
  await recordChange(tx, sku, { ...change, version, before })
  return version
}

async function recordChange(
  tx: Tx,
  sku: string,
  { version, before, after, actor, reason }: NewChange & { version: number; before?: ProductSettings },
): Promise<void> {
  await tx.insert(productChanges).values({ sku, version, before, after, reason, changedBy: actor.id })
  await runAll(tx, auditInserts([{ actor, action: 'product.set', object: sku, before, after, reason }]))
}

function isSame(one: ProductSettings, other: ProductSettings): boolean {
  return (
    one.title === other.title &&
    one.priceFen === other.priceFen &&
    one.onSale === other.onSale &&
    one.maxPerCustomer === other.maxPerCustomer
  )
}

/** The changes of a product, newest first, before the version `cursor` if given. */
export async function listProductChanges(
  db: Queryable,
  sku: string,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<ProductChangeList> {
  const ofProduct = eq(productChanges.sku, sku)
  const rows = await db
    .select()
    .from(productChanges)
    .where(cursor === undefined ? ofProduct : and(ofProduct, sql`${productChanges.version} < ${cursor}::bigint`))
    .orderBy(desc(productChanges.version))
    .limit(limit + 1)
  const changes = rows.map(({ version, before, after, reason, changedBy, changedAt }): ProductChange => {
    const why = reason === null ? {} : { reason }
    return { version, before, after, ...why, changedBy, changedAt: changedAt.toISOString() }
  })
  return pageOf(changes, limit, ({ version }) => String(version))
}
