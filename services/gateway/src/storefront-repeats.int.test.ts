import { waitUntil } from '@alipay-checkout/test-support'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startBrowser } from './test-browser.ts'
import { orderBody, problem, startGateway, type TestGateway } from './test-gateway.ts'
import {
  fillAddress,
  openBasketOn,
  openPages,
  orderButton,
  ordered,
  serveCheckout,
  signIn,
  type TestPages,
} from './test-storefront.ts'

let browser: Browser
let gateway: TestGateway
let pages: TestPages

beforeAll(async () => {
  browser = await startBrowser()
  gateway = await startGateway()
})
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})
beforeEach(() => {
  pages = openPages(browser)
  serveCheckout(gateway.standIn)
})
afterEach(async () => expect(await pages.close()).toEqual([]))

const openBasket = () => openBasketOn(pages, gateway.url)

it('repeats an order without an answer as it was, also after the page was closed', async () => {
  const { page, sent } = await openBasket()
  await page.clock.install()
  await fillAddress(page)
  await page.route('**/api/orders', route => route.abort())
  await page.click(orderButton)
  for (let attempts = 1; attempts <= 5; attempts++) {
    await waitUntil(() => sent.length === attempts, { what: `attempt ${attempts} was made` })
    await page.clock.runFor(8_000)
  }
  await page.waitForSelector('[data-problem=no-answer]')
  await page.unroute('**/api/orders')
  await page.reload()
  await page.click(orderButton)
  await ordered(page)
  expect(sent.length).toBe(6)
  for (const { key, body } of sent) expect({ key, body }).toEqual(sent[0])
})

it('places the order once its key is free again, 10 seconds after the first attempt died', async () => {
  const { page, sent } = await openBasket()
  await fillAddress(page)
  let freeAt = 0
  gateway.standIn.on('POST /orders', () => {
    if (freeAt === 0) {
      freeAt = Date.now() + 10_000
      return 'cut'
    }
    return Date.now() < freeAt ? problem('request-in-flight') : { status: 201, body: { order: orderBody() } }
  })
  await page.click(orderButton)
  await ordered(page)
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
}, 60_000)

it('says that an attempt is still being confirmed, and orders with its key', async () => {
  const { page, sent } = await openBasket()
  await page.clock.install()
  await fillAddress(page)
  gateway.standIn.on('POST /orders', () => problem('request-in-flight'))
  await page.click(orderButton)
  for (let attempts = 1; attempts <= 5; attempts++) {
    await waitUntil(() => sent.length === attempts, { what: `attempt ${attempts} was made` })
    await page.clock.runFor(8_000)
  }
  await page.waitForSelector('[data-problem=request-in-flight]')
  expect(await page.textContent('.error-box')).toContain('正在确认上一次提交')
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  await page.click(orderButton)
  await ordered(page)
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
})

const problemBody = (status: number, type: string) => JSON.stringify({ type: `/problems/${type}`, title: '', status })

it.each([
  [401, 'application/problem+json', problemBody(401, 'unauthenticated')],
  [429, 'application/problem+json', problemBody(429, 'too-many-requests')],
  [403, 'text/html', '<h1>Forbidden</h1>'],
  [404, 'text/html', '<h1>Not found</h1>'],
])(
  'repeats an order with its key after %i as %s, which may hide one that was placed',
  async (status, contentType, body) => {
    const { page, sent } = await openBasket()
    await fillAddress(page)
    let requests = 0
    await page.route('**/api/orders', route => {
      requests++
      if (requests === 1) return route.abort()
      return requests === 2 ? route.fulfill({ status, contentType, body }) : route.continue()
    })
    const refused = page.waitForResponse(answer => answer.status() === status)
    await page.click(orderButton)
    await refused
    if (status === 401) await signIn(page)
    else await page.waitForSelector('[data-problem]')
    await page.click(orderButton)
    await ordered(page)
    expect(sent).toEqual([sent[0], sent[0], sent[0]])
  },
)
