import { signToken } from '@alipay-checkout/local-stack'
import { request } from 'undici'

/** Puts products with plenty of stock on sale, and waits until the first can be ordered. Gives back their SKUs. */
export async function stockUp(options: {
  gatewayUrl: string
  jwtSecret: string
  products: number
  unitsEach: number
}): Promise<string[]> {
  const { gatewayUrl } = options
  const admin = signToken(options.jwtSecret, 'bench', 'admin')
  const send = async (method: 'PUT' | 'POST', path: string, body: object, token = admin): Promise<number> => {
    const answer = await request(`${gatewayUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    await answer.body.dump()
    return answer.statusCode
  }
  const skus = Array.from({ length: options.products }, (_, index) => `bench-${index}`)
  await Promise.all(
    skus.map(async sku => {
      await send('PUT', `/api/admin/products/${sku}`, { title: `Bench ${sku}`, priceFen: 100 })
      await send('POST', `/api/admin/stock/${sku}/adjustments`, { delta: options.unitsEach, reason: 'bench' })
    }),
  )
  await untilKnown(skus, gatewayUrl, signToken(options.jwtSecret, 'bench-probe'))
  return skus
}

/** order-service hears of new products through Kafka. The probe asks for more than there is, so it buys nothing. */
async function untilKnown(skus: readonly string[], gatewayUrl: string, token: string): Promise<void> {
  const endAt = performance.now() + 30_000
  const items = skus.map(sku => ({ sku, quantity: 1_000_000 }))
  for (;;) {
    const answer = await request(`${gatewayUrl}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ items }),
    })
    const text = await answer.body.text()
    if (answer.statusCode === 409) return
    if (performance.now() > endAt)
      throw new Error(`the products did not come on sale: ${answer.statusCode} ${text.slice(0, 200)}`)
  }
}
