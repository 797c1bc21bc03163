import { jwt, testSecrets } from '@alipay-checkout/test-support'
import { createVerifier } from 'fast-jwt'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { problem, startGateway, type TestGateway } from '../test-gateway.ts'
import { demoPricing } from './demo-quote.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway?.close())
beforeEach(() => {
  gateway.standIn.reset()
  const prices: Record<string, number> = { 'tea-01': 12_900, 'tea-02': 8_800 }
  gateway.standIn.on('GET /products/*', ({ path }) => {
    const sku = path.split('/').at(-1) ?? ''
    return prices[sku] === undefined ? problem('product-not-found') : { status: 200, body: { priceFen: prices[sku] } }
  })
})

const ask = (body: unknown, options: { url?: string; token?: string } = {}) =>
  fetch(`${options.url ?? gateway.url}/api/demo/quote`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token ?? jwt('mei')}` },
    body: JSON.stringify(body),
  })

it.each([
  [19_899, { shipping: 1_200 }, 21_099],
  [19_900, {}, 19_900],
  [29_999, {}, 29_999],
  [30_000, { discount: -1_000 }, 29_000],
])('prices goods of %i fen with %o', (goods, adjustments, totalFen) => {
  const priced = demoPricing(goods)
  expect(Object.fromEntries(priced.adjustments.map(({ type, amountFen }) => [type, amountFen]))).toEqual(adjustments)
  expect(priced.totalFen).toBe(totalFen)
})

it('signs what it grants, for the customer and the merged lines, for 15 minutes', async () => {
  const items = [
    { sku: 'tea-01', quantity: 1 },
    { sku: 'tea-02', quantity: 1 },
    { sku: 'tea-01', quantity: 2 },
  ]
  const answer = await ask({ items })
  const { quote, adjustments, totalFen } = (await answer.json()) as { quote: string; adjustments: []; totalFen: number }
  expect([answer.status, totalFen]).toEqual([200, 3 * 12_900 + 8_800 - 1_000])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const claims = createVerifier({ key: testSecrets.QUOTE_SECRET, algorithms: ['HS256'] })(quote)
  expect(claims).toMatchObject({
    sub: 'mei',
    items: [
      { sku: 'tea-01', quantity: 3 },
      { sku: 'tea-02', quantity: 1 },
    ],
    adjustments,
  })
  expect(claims.exp - claims.iat).toBe(15 * 60)
})

it('refuses products that are not sold, prices, amounts beyond one payment, and requests without a token', async () => {
  const unsold = await ask({
    items: [
      { sku: 'tea-01', quantity: 1 },
      { sku: 'gone', quantity: 1 },
    ],
  })
  expect(await unsold.json()).toMatchObject({ status: 422, type: '/problems/unknown-sku', skus: ['gone'] })
  expect((await ask({ items: [{ sku: 'tea-01', quantity: 1, unitPriceFen: 1 }] })).status).toBe(400)
  const huge = await ask({ items: [{ sku: 'tea-01', quantity: 1_000_000 }] })
  expect(await huge.json()).toMatchObject({ status: 422, type: '/problems/amount-out-of-range' })
  expect((await ask({ items: [{ sku: 'tea-01', quantity: 1 }] }, { token: 'x' })).status).toBe(401)
})

it.each([{ DEMO_LOGIN: 'false' }, { QUOTE_SECRET: '' }])('does not exist with %o', async settings => {
  const other = await startGateway(settings)
  expect((await ask({ items: [{ sku: 'tea-01', quantity: 1 }] }, other)).status).toBe(404)
  expect(await (await fetch(other.url)).text()).toContain('<meta name="demo-quote" content="false">')
  await other.close()
})
