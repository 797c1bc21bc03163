import { call } from './call.ts'
import { signToken, type TokenSettings } from './token.ts'

interface Product {
  sku: string
  title: string
  priceFen: number
  available: number
}

const catalogue = [
  { sku: 'tea-01', title: '西湖龙井 明前特级 100g', priceFen: 12_900 },
  { sku: 'tea-02', title: '正山小种 红茶 150g', priceFen: 8_800 },
  { sku: 'tea-03', title: '白毫银针 福鼎白茶 50g', priceFen: 19_800 },
  { sku: 'cup-01', title: '景德镇 青花盖碗 150ml', priceFen: 16_800 },
  { sku: 'pot-01', title: '宜兴紫砂壶 西施 200ml', priceFen: 59_900 },
  { sku: 'set-01', title: '便携旅行茶具 一壶三杯', priceFen: 9_900 },
]

/** Stock of each product after seeding. */
const stockTarget = 1000
/** Stock below this is replenished. */
const stockLow = 100

/**
 * Puts the sample catalogue on sale: adds missing products and replenishes low stock. Does nothing in a shop that sells
 * other products.
 *
 * @param gatewayUrl without a path
 * @returns the number of new products
 */
export function seedCatalogue(gatewayUrl: string, tokens: TokenSettings): Promise<number> {
  const token = signToken(tokens, 'launcher', 'admin')
  const admin = `${gatewayUrl}/api/admin`
  return seed({ productsUrl: `${admin}/products`, adminUrl: admin, credentials: { token } })
}

/**
 * The same through inventory-service, for use before the gateway runs.
 *
 * @param inventoryUrl without a path
 * @returns the number of new products
 *
 * @public
 */
export function seedInventory(inventoryUrl: string, serviceToken: string): Promise<number> {
  const credentials = { headers: { 'x-service-token': serviceToken, 'x-actor': 'launcher' } }
  return seed({ productsUrl: `${inventoryUrl}/products?all=true`, adminUrl: inventoryUrl, credentials })
}

interface Shop {
  /** Lists all products, also those that are not on sale. */
  productsUrl: string
  /** Has `/products/{sku}` and `/stock/{sku}/adjustments` under it. */
  adminUrl: string
  credentials: { token?: string; headers?: Record<string, string> }
}

async function seed({ productsUrl, adminUrl, credentials }: Shop): Promise<number> {
  const items = await readProducts(productsUrl, credentials)
  const known = new Map(items.map(product => [product.sku, product]))
  if (items.length > 0 && !catalogue.some(product => known.has(product.sku))) return 0
  const results = await Promise.all(
    catalogue.map(async ({ sku, ...product }) => {
      const existing = known.get(sku)
      if (existing === undefined) {
        await call('PUT', `${adminUrl}/products/${sku}`, { ...credentials, body: product })
      }
      const available = existing?.available ?? 0
      if (available < stockLow) {
        const body = { delta: stockTarget - available, reason: 'sample catalogue' }
        // The key makes the first stock arrive once where two launchers seed at the same time.
        const headers = { ...credentials.headers, ...(existing ? {} : { 'idempotency-key': 'sample-catalogue' }) }
        await call('POST', `${adminUrl}/stock/${sku}/adjustments`, { ...credentials, headers, body })
      }
      return existing === undefined
    }),
  )
  return results.filter(Boolean).length
}

async function readProducts(productsUrl: string, credentials: Shop['credentials']): Promise<Product[]> {
  const products: Product[] = []
  const url = new URL(productsUrl)
  for (;;) {
    const page = await call<{ items: Product[]; nextCursor: string | null }>('GET', url.href, credentials)
    products.push(...page.items)
    if (page.nextCursor === null) return products
    url.searchParams.set('cursor', page.nextCursor)
  }
}
