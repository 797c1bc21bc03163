import { SearchHits, Sku } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type from 'typebox'
import { Compile } from 'typebox/compile'

const hitsMax = 10
const isSku = Compile(Sku)
const Query = Type.Object({ q: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false })

/** `GET /admin/search?q=` → SearchHits: the product with this SKU, and up to 10 whose SKU begins with it. */
export function addSearchProducts(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/admin/search',
    { schema: { querystring: Query, response: { 200: SearchHits } } },
    async ({ query: { q } }) => {
      if (!isSku.Check(q)) return { items: [] }
      // The order of bytes, in which `~` follows every character of a SKU.
      const rows = await db.execute<{ sku: string }>(sql`
      select sku from products where sku ~>=~ ${q} and sku ~<~ ${`${q}~`} order by sku using ~<~ limit ${hitsMax}`)
      return {
        items: rows.map(({ sku }) => ({
          kind: 'product' as const,
          id: sku,
          matched: sku === q ? 'sku' : 'beginning of the sku',
        })),
      }
    },
  )
}
