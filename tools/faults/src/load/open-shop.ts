import { jwt } from '@alipay-checkout/test-support'
import { ok, type RetryingClient } from './retrying-client.ts'

/** Puts 12 SKUs with plenty of stock on sale, and 4 that are soon sold out, so that late payments find no stock. */
export async function openShop(secret: string, client: RetryingClient, seconds: number): Promise<string[]> {
  const admin = jwt('faults', { role: 'admin', secret })
  const putOnSale = async (sku: string, priceFen: number, units: number) => {
    await ok(client.putProduct(admin, sku, { title: sku, priceFen }))
    await ok(client.adjustStock(admin, sku, { delta: units, reason: 'load', key: `load-${sku}` }))
  }
  const plenty = Array.from({ length: 12 }, (_, index) => `plenty-${index}`)
  const scarce = Array.from({ length: 4 }, (_, index) => `scarce-${index}`)
  for (const sku of plenty) await putOnSale(sku, 1_290, 100_000)
  for (const sku of scarce) await putOnSale(sku, 4_900, Math.max(5, Math.ceil(seconds / 6)))
  const skus = [...plenty, ...scarce]
  await client.untilOrderable(jwt('probe', { secret }), skus)
  return skus
}
