import { Adjustment, Fen, type PlaceOrderBody, type Product, Quantity, Sku } from '@alipay-checkout/contracts'
import { type HttpApp, Problem, traceOf } from '@alipay-checkout/service-kit'
import { createSigner } from 'fast-jwt'
import Type from 'typebox'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import type { GatewayConfig } from '../config.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, problems, withToken } from '../http/schemas.ts'
import { mergeLines } from './order-request.ts'

type Line = PlaceOrderBody['items'][number]
type Pricing = { adjustments: Adjustment[]; totalFen: number }

/** The demo shop's own pricing. */
const shippingFen = 1_200
const freeShippingFromFen = 19_900
const discountFen = 1_000
const discountFromFen = 30_000
const quoteLifetimeMs = 15 * 60 * 1000
/** The largest single payment that Alipay takes, fen. */
const totalFenMax = 10_000_000_000

const Body = Type.Object(
  {
    items: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 100,
    }),
  },
  { additionalProperties: false },
)
const DemoQuote = Type.Object({
  quote: Type.String({ description: 'A JWS for `POST /api/orders`, valid for 15 minutes' }),
  adjustments: Type.Array(Adjustment),
  totalFen: Type.Integer({ ...Fen, description: 'For `expectedTotalFen`, fen' }),
})

/**
 * `POST /api/demo/quote {"items"}`: what the pricing of a real shop would sign for this customer and these lines. The
 * route exists only with DEMO_LOGIN, which the gateway refuses in production, and with QUOTE_SECRET.
 */
export function addDemoQuote(app: HttpApp, { config, inventory }: Dependencies): void {
  const sign = demoQuotesOf(config)
  if (sign === undefined) return
  const schema = {
    tags: ['demo'],
    summary: 'A quote for the demo storefront: shipping ¥12.00, free from ¥199.00; ¥10.00 off from ¥300.00',
    security: withToken,
    body: Body,
    response: {
      200: answers('Pass `quote` and `expectedTotalFen` to `POST /api/orders`', DemoQuote),
      ...problems('malformed-json', 'unauthenticated', 'unknown-sku', 'amount-out-of-range'),
    },
  }
  app.post('/api/demo/quote', { schema, preParsing: onlyCustomers }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const items = mergeLines(request.body.items)
    const { adjustments, totalFen } = demoPricing(await goodsFen(inventory, items, traceOf(request)))
    const quote = sign({ sub: requireCustomer(request, reply).id, items, adjustments })
    return { quote, adjustments, totalFen }
  })
}

/** Signs the claims of a quote, or undefined where the gateway makes no demo quotes. */
export function demoQuotesOf(config: GatewayConfig): ((claims: object) => string) | undefined {
  const { DEMO_LOGIN: demoLogin, JWT_SECRET: jwtSecret, QUOTE_SECRET: key } = config
  if (!demoLogin || !jwtSecret || !key) return undefined
  return createSigner({ key, algorithm: 'HS256', expiresIn: quoteLifetimeMs })
}

/** The adjustments and the total for goods of this amount, fen. */
export function demoPricing(goodsFen: number): Pricing {
  const adjustments: Adjustment[] = []
  if (goodsFen < freeShippingFromFen) {
    adjustments.push({ type: 'shipping', label: '运费 Shipping', amountFen: shippingFen })
  }
  if (goodsFen >= discountFromFen) {
    adjustments.push({ type: 'discount', label: '满300减10 · ¥10 off from ¥300', amountFen: -discountFen })
  }
  return { adjustments, totalFen: adjustments.reduce((sum, { amountFen }) => sum + amountFen, goodsFen) }
}

/** What the lines cost by the catalogue, fen. Throws `unknown-sku` or `amount-out-of-range`. */
async function goodsFen(inventory: Dependencies['inventory'], items: Line[], traceparent: string): Promise<number> {
  const prices = await Promise.all(
    items.map(async ({ sku }) => {
      try {
        const { text } = await inventory.call({ method: 'GET', path: `/products/${sku}`, traceparent })
        return (JSON.parse(text) as Product).priceFen
      } catch (error) {
        if (error instanceof Problem && error.type === 'product-not-found') return undefined
        throw error
      }
    }),
  )
  const unknown = items.filter((_line, index) => prices[index] === undefined).map(({ sku }) => sku)
  if (unknown.length > 0) {
    throw new Problem('unknown-sku', `Not on sale: ${unknown.join(', ')}. Remove it from the basket.`, {
      skus: unknown,
    })
  }
  const sum = items.reduce((total, { quantity }, index) => total + quantity * (prices[index] ?? 0), 0)
  if (sum > totalFenMax) {
    throw new Problem('amount-out-of-range', 'Alipay accepts at most 100,000,000.00 yuan in one payment.')
  }
  return sum
}
