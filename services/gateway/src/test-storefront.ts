import type { PlaceOrderBody } from '@alipay-checkout/contracts'
import { testSecrets } from '@alipay-checkout/test-support'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { signReturnLink } from './auth/return-link.ts'
import { userAgents } from './test-browsers.ts'
import { openAsAsked, orderBody, orderId, problem, type StandIn } from './test-gateway.ts'

export const products = [
  { sku: 'tea-01', title: '明前龙井 50g', priceFen: 12_900, available: 100 },
  { sku: 'tea-02', title: 'Aged Pu-erh cake, Menghai 2015, 357 g, wrapped by hand', priceFen: 1_234_500, available: 3 },
  { sku: 'tea-03', title: '白毫银针 30g', priceFen: 8_800, available: 0 },
]

/** Answers for these products as inventory-service does. */
export function serveProducts(standIn: StandIn, served: readonly { sku: string }[] = products): void {
  standIn.on('GET /products', () => ({ status: 200, body: { items: served, nextCursor: null } }))
  standIn.on('GET /products/*', ({ path }) => {
    const product = served.find(({ sku }) => path.endsWith(`/${sku}`))
    return product ? { status: 200, body: product } : problem('product-not-found')
  })
}

/** Answers anew as the services do for an order that is placed, paid for and shown. */
export function serveCheckout(standIn: StandIn): void {
  standIn.reset()
  serveProducts(standIn)
  standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  standIn.on('POST /payments/open', openAsAsked)
  standIn.on('GET /orders/*', () => ({ status: 200, body: orderBody() }))
}

export const address = {
  name: '王梅',
  phone: '138 0000 1234',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '龙井路 1 号',
}

export async function fillAddress(page: Page): Promise<void> {
  for (const [field, value] of Object.entries(address)) await page.fill(`[name="shipTo.${field}"]`, value)
}

/** The result page with the parameters that Alipay adds, among them a second `sign`. */
export function resultPath(t = Date.now()): string {
  const sign = signReturnLink(testSecrets.RETURN_URL_SECRET, orderId, String(t))
  return `/payment/result?order_id=${orderId}&t=${t}&sign=${sign}&method=alipay.trade.page.pay.return&sign=Q2%2Fab%3D%3D`
}

/** The same with the return link in the path, as it is sent to Alipay. */
export function resultPathInPath(): string {
  const t = String(Date.now())
  const sign = signReturnLink(testSecrets.RETURN_URL_SECRET, orderId, t)
  return `/payment/result/${orderId}/${t}/${sign}?charset=utf-8&method=alipay.trade.page.pay.return&sign=Q2%2Fab%3D%3D`
}

/** A phone, which the tests' pages are opened on unless they say otherwise. */
const phone = { viewport: { width: 375, height: 740 }, locale: 'zh-CN', userAgent: userAgents.phone }
export const desk = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', userAgent: userAgents.desk }

/** Pages of one test, each in a context of its own. */
export interface TestPages {
  open(url: string, options?: BrowserContextOptions): Promise<Page>
  /** Closes the pages. Returns the errors and warnings on their consoles, and the uncaught ones. */
  close(): Promise<string[]>
}

export function openPages(browser: Browser): TestPages {
  const pages: Page[] = []
  const errors: string[] = []
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({ ...phone, ...options })
      const page = await context.newPage()
      pages.push(page)
      page.on('pageerror', error => errors.push(error.message))
      page.on('console', message => {
        // The browser itself reports responses of 400 and above, also to a WebSocket; no other message may appear.
        const isAnswer = /^Failed to load resource|Unexpected response code: 4\d\d$/.test(message.text())
        if (/^(error|warning)$/.test(message.type()) && !isAnswer) errors.push(message.text())
      })
      await page.goto(url)
      return page
    },
    async close() {
      for (const page of pages) await page.context().close()
      return errors
    },
  }
}

/** How far the page can be scrolled sideways, px. */
export const tooWidePx = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

export async function signIn(page: Page): Promise<void> {
  await page.fill('input[name=name]', 'Mei')
  await page.click('form[data-state=sign-in] button')
}

export const orderButton = '[data-action=place-order]:not([disabled])'

/** An order as the page sends it. */
interface SentOrder {
  key: string | undefined
  body: PlaceOrderBody
}

/** Opens the shop on a computer, where an ordered basket leads to the order's page, with a unit of tea in the basket. */
export async function openBasketOn(
  pages: TestPages,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; sent: SentOrder[] }> {
  const page = await pages.open(url, { ...desk, locale: 'zh-CN', ...options })
  const sent: SentOrder[] = []
  page.on('request', request => {
    if (request.method() !== 'POST' || !request.url().endsWith('/api/orders')) return
    sent.push({ key: request.headers()['idempotency-key'], body: request.postDataJSON() })
  })
  await page.click('[data-sku=tea-01] [data-action=add]')
  await signIn(page)
  await page.waitForSelector(orderButton)
  return { page, sent }
}

export const ordered = (page: Page) => page.waitForURL(/\/orders\/ord_/)
