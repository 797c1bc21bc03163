import { signToken } from '@alipay-checkout/launcher'
import { waitUntil } from '@alipay-checkout/test-support'
import { request } from 'undici'

/** What is put on sale, and how much of each. */
export interface Supply {
  skus: readonly string[]
  unitsEach: number
}

/** More units of one SKU than an order may have: such an order is refused, and tells whether the SKU is known. */
const quantityMax = 1_000_000
/** What one unit of everything costs, fen. */
export const priceFen = 100
/** Lines that one order may have. */
const linesMax = 100

/** Puts products on sale, and waits until each can be ordered. */
export async function stockUp(
  { gatewayUrl, jwtSecret }: { gatewayUrl: string; jwtSecret: string },
  { skus, unitsEach }: Supply,
): Promise<void> {
  const admin = signToken(jwtSecret, 'bench', 'admin')
  const send = async (method: 'PUT' | 'POST', path: string, body: object, token = admin) => {
    const answer = await request(`${gatewayUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const must = async (...call: Parameters<typeof send>) => {
    const { status, text } = await send(...call)
    if (status >= 300) throw new Error(`${call[0]} ${call[1]} answered ${status}: ${text.slice(0, 200)}`)
  }
  await Promise.all(
    skus.map(async sku => {
      await must('PUT', `/api/admin/products/${sku}`, { title: `Bench ${sku}`, priceFen })
      await must('POST', `/api/admin/stock/${sku}/adjustments`, { delta: unitsEach, reason: 'bench' })
    }),
  )
  // order-service hears of new products through Kafka.
  const probe = signToken(jwtSecret, 'bench-probe')
  for (let from = 0; from < skus.length; from += linesMax) {
    const items = skus.slice(from, from + linesMax).map(sku => ({ sku, quantity: quantityMax }))
    await waitUntil(
      async () => {
        const { status, text } = await send('POST', '/api/orders', { items }, probe)
        return text.includes('too-many-units') || Promise.reject(new Error(`${status} ${text.slice(0, 200)}`))
      },
      { what: 'the products can be ordered', timeoutMs: 30_000 },
    )
  }
}
