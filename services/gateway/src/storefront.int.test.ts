import { MoneyNote, type OrderStatus, shopStatus } from '@alipay-checkout/contracts'
import { waitUntil } from '@alipay-checkout/test-support'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startBrowser } from './test-browser.ts'
import { orderBody, orderId, problem, startGateway, type TestGateway } from './test-gateway.ts'
import {
  fillAddress,
  openPages,
  products,
  resultPath,
  resultPathInPath,
  serveProducts,
  signIn,
  type TestPages,
  tooWidePx,
} from './test-storefront.ts'

const lateText = '支付结果未确认，请稍后查看订单列表或联系客服'

let browser: Browser
let gateway: TestGateway
let orderStatus: OrderStatus
let moneyNotes: MoneyNote[]
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
  orderStatus = 'PENDING_PAYMENT'
  moneyNotes = []
  pages = openPages(browser)
  const status = () => shopStatus(orderStatus)
  const order = () => orderBody({ orderStatus, status: status(), ...(moneyNotes.length > 0 && { moneyNotes }) })
  const { standIn } = gateway
  standIn.reset()
  serveProducts(standIn)
  standIn.on('GET /orders', () => ({ status: 200, body: { items: [order()], nextCursor: null } }))
  standIn.on('GET /orders/*', () => ({ status: 200, body: order() }))
  standIn.on('GET /orders/*/status', () => ({ status: 200, body: { orderId, orderStatus, status: status() } }))
})
afterEach(async () => expect(await pages.close()).toEqual([]))

const open = (path: string, options?: BrowserContextOptions) => pages.open(gateway.url + path, options)

it.each(['zh-CN', 'en-GB'])(
  'draws every page in %s at both widths without errors or sideways scrolling',
  async locale => {
    const page = await open('/', { locale })
    await page.waitForSelector('[data-sku=tea-01]')
    await page.click('[data-sku=tea-02] [data-action=add]')
    expect(await page.locator('[data-sku=tea-03] [data-action=add]').isDisabled()).toBe(true)
    await signIn(page)
    await page.waitForSelector('[data-action=place-order]')
    const drawn: [string, string][] = [
      ['/orders', '.orders li'],
      [`/orders/${orderId}`, '[data-action=pay]'],
      [resultPath(), '[data-state=waiting]'],
      [resultPathInPath(), '[data-state=waiting]'],
      [resultPath(1), '[data-state=invalid]'],
      ['/docs', '.opblock'],
      ['/', '.basket-lines li'],
    ]
    for (const [path, selector] of drawn) {
      await page.goto(gateway.url + path)
      for (const width of [375, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        await page.waitForSelector(selector)
        expect([path, width, await tooWidePx(page)]).toEqual([path, width, 0])
      }
    }
  },
)

it('repeats an order with the same key when no response came, and then opens the payment', async () => {
  const { standIn } = gateway
  const paymentUrl = `${gateway.url}/problems/not-found`
  standIn.on('POST /payments/open', () => ({
    status: 200,
    body: { orderId, outTradeNo: orderId, method: 'alipay_wap', content: paymentUrl },
  }))
  standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  let attempts = 0
  standIn.on('POST /orders', () => (attempts++ === 0 ? 'cut' : { status: 201, body: { order: orderBody() } }))
  const page = await open('/')
  await page.click('[data-sku=tea-01] [data-action=add]')
  await signIn(page)
  await fillAddress(page)
  await page.click('[data-action=place-order]')
  await page.waitForURL(paymentUrl)
  const keys = standIn.calls
    .filter(({ path }) => path === '/orders')
    .map(({ body }) => JSON.parse(body).idempotency.key)
  expect(keys).toEqual([keys[0], keys[0]])
  await page.goto(`${gateway.url}/`)
  await page.waitForSelector('#basket')
  expect(await page.locator('.basket-lines li').count()).toBe(0)
})

it('shows the shortage, and orders with a new key afterwards', async () => {
  const { standIn } = gateway
  const shortages = [{ sku: 'tea-02', requested: 2, available: 1 }]
  standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  standIn.on('POST /orders', () => problem('out-of-stock', { shortages }))
  const page = await open('/')
  await page.click('[data-sku=tea-02] [data-action=add]')
  await page.click('[data-sku=tea-02] .stepper button:last-child')
  await signIn(page)
  await fillAddress(page)
  for (const sent of [1, 2]) {
    await page.click('[data-action=place-order]')
    await waitUntil(() => standIn.calls.filter(({ path }) => path === '/orders').length === sent, {
      what: 'the order was sent',
    })
    await page.waitForSelector('[data-problem=out-of-stock]')
    await page.waitForSelector('[data-action=place-order]:not([disabled])')
  }
  expect(await page.textContent('.error-box li')).toContain('需要 2 件，库存仅 1 件')
  const keys = standIn.calls
    .filter(({ path }) => path === '/orders')
    .map(({ body }) => JSON.parse(body).idempotency.key)
  expect(keys[0]).not.toBe(keys[1])
  await page.click('[data-action=take-available]')
  expect(await page.textContent('.basket output')).toBe('1')
})

it('reports after 30 seconds that the result is not confirmed, and shows it on a manual refresh', async () => {
  const page = await open('/')
  await page.clock.install()
  await page.routeWebSocket(/order-status/, socket => socket.close())
  await page.goto(gateway.url + resultPath())
  await page.waitForSelector('[data-state=waiting] [data-action=refresh]')
  expect(await page.textContent('main')).not.toContain(lateText)
  await page.clock.runFor(30_000)
  await page.waitForSelector('[data-state=late]')
  expect(await page.textContent('main')).toContain(lateText)
  orderStatus = 'EXPIRED'
  await page.click('[data-action=refresh]')
  await page.waitForSelector('[data-state=failed]')
})

const noteKinds = MoneyNote.properties.kind.anyOf.map(kind => kind.const)
const at = '2026-01-15T10:31:00.000Z'

it.each([
  [375, 'zh-CN'],
  [1280, 'en-GB'],
] as const)('explains what happened to the money and what comes next, %i px wide in %s', async (width, locale) => {
  const page = await open('/orders', { viewport: { width, height: 800 }, locale })
  await signIn(page)
  await page.waitForSelector('.orders li')
  const fits = async (what: string) => {
    expect([what, await tooWidePx(page)]).toEqual([what, 0])
  }
  for (const state of ['REINSTATING', 'REFUNDED', 'EXPIRED'] as const) {
    orderStatus = state
    await page.goto(`${gateway.url}/orders/${orderId}`)
    await page.waitForSelector(`[data-order-status=${state}]`)
    expect(await page.textContent('.state-hint')).toMatch(/退回|refunded/)
    await fits(`order-${state}`)
  }
  moneyNotes = noteKinds.map(kind => ({ kind, amountFen: 25_800, at }))
  for (const [path, name] of [
    [`/orders/${orderId}`, 'order-notes'],
    ['/orders', 'orders-notes'],
  ] as const) {
    await page.goto(gateway.url + path)
    await page.waitForSelector('[data-money-note]')
    const notes = await page.locator('[data-money-note]').allTextContents()
    expect(new Set(notes).size).toBe(noteKinds.length)
    for (const text of notes) expect(text).toContain('258.00')
    await fits(name)
  }
})

it('shows a completed refund without a reload', async () => {
  orderStatus = 'EXPIRED'
  moneyNotes = [{ kind: 'late_payment_returning', amountFen: 25_800, at }]
  const page = await open('/orders')
  await page.clock.install()
  await signIn(page)
  await page.waitForSelector('.orders li')
  await page.goto(`${gateway.url}/orders/${orderId}`)
  await page.waitForSelector('[data-money-note=late_payment_returning]')
  moneyNotes = [{ kind: 'late_payment_returned', amountFen: 25_800, at }]
  await page.clock.runFor(10_000)
  await page.waitForSelector('[data-money-note=late_payment_returned]')
})

it('shows the payer of a closed order that no action is needed, and follows its reinstatement', async () => {
  orderStatus = 'EXPIRED'
  const page = await open('/')
  await page.clock.install()
  await page.goto(gateway.url + resultPath())
  await page.waitForSelector('[data-state=failed]')
  expect(await page.textContent('main')).toContain('款项会自动原路退回')
  expect(await page.textContent('main')).not.toContain('客服')
  orderStatus = 'REINSTATING'
  await page.clock.runFor(3_000)
  await page.waitForSelector('[data-state=waiting] h1:has-text("正在恢复订单")')
  orderStatus = 'PAID'
  await page.clock.runFor(3_000)
  await page.waitForURL(new RegExp(`/orders/${orderId}`))
  orderStatus = 'REFUNDED'
  await page.goto(gateway.url + resultPath())
  await page.waitForSelector('[data-state=failed] h1:has-text("订单已退款")')
})

it('leads on by a link where its scripts are not there, as during an upgrade', async () => {
  const page = await open('/')
  await page.route('**/assets/*/app.ts', route => route.fulfill({ status: 404, body: '' }))
  await page.goto(gateway.url + resultPathInPath())
  await page.getByText('正在加载').waitFor()
  expect(await page.textContent('#app')).toContain('Loading…')
  await page.unroute('**/assets/*/app.ts')
  await page.click('#app a >> nth=0')
  await page.waitForSelector('[data-state=waiting]')
  expect(await page.textContent('body')).not.toContain('正在加载')
})

it('serves its own files for the document of another version, which keeps none of them', async () => {
  const { headers } = await fetch(`${gateway.url}/assets/0123456789ab/app.ts`)
  expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
    'text/javascript; charset=utf-8',
    'no-store',
  ])
  const own = /src="([^"]+app\.ts)"/.exec(await (await fetch(gateway.url)).text())?.[1]
  expect((await fetch(gateway.url + own)).headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${gateway.url}/assets/0123456789ab/no.ts`)).status).toBe(404)
  const page = await open('/')
  await page.route(gateway.url, async route => {
    const answer = await route.fetch()
    await route.fulfill({
      response: answer,
      body: (await answer.text()).replaceAll(/\/assets\/\w+\//g, '/assets/0123456789ab/'),
    })
  })
  await page.reload()
  await page.waitForSelector('[data-sku=tea-01]')
  expect(await page.content()).toContain('/assets/0123456789ab/')
})

it('follows by WebSocket although the first response is late', async () => {
  const page = await open('/')
  await page.route('**/status?*', () => {})
  // Waiting starts before the page opens, because the first message may arrive before it has loaded.
  const received = page.waitForEvent('websocket').then(socket => socket.waitForEvent('framereceived'))
  await page.goto(gateway.url + resultPath())
  await received
})

it('opens a new payment for another Alipay account', async () => {
  const paymentUrl = `${gateway.url}/problems/not-found`
  gateway.standIn.on('POST /payments/open', () => ({
    status: 200,
    body: { orderId, outTradeNo: `${orderId}_2`, method: 'alipay_wap', content: paymentUrl },
  }))
  const page = await open('/orders')
  await signIn(page)
  await page.click('.orders a')
  await page.waitForSelector('[data-action=another-payer]')
  await page.click('[data-action=another-payer]')
  await page.waitForURL(paymentUrl)
  const call = gateway.standIn.calls.findLast(({ path }) => path.endsWith('/open'))
  expect(JSON.parse(call?.body ?? '')).toMatchObject({ method: 'alipay_wap', anotherPayer: true })
})

it('redirects to the order at once when it is already paid, signed in or not', async () => {
  orderStatus = 'PAID'
  const page = await open(resultPath())
  await page.waitForURL(new RegExp(`/orders/${orderId}`))
  await page.waitForSelector('[data-order-status=PAID]')
})

it('counts the time left by the clock of the shop, not of the phone', async () => {
  const page = await open('/orders')
  await page.clock.install({ time: Date.now() + 3_600_000 })
  const expiresAt = new Date(Date.now() + 30 * 60_000).toISOString()
  gateway.standIn.on('GET /orders/*', () => ({ status: 200, body: orderBody({ expiresAt }) }))
  await signIn(page)
  await page.click('.orders a')
  await page.waitForSelector('.time-left')
  expect(await page.textContent('.time-left')).toMatch(/请在 (2[789]|30):\d\d 内完成付款/)
})

it('asks for a sign-in on the order pages without a token', async () => {
  const page = await open(`/orders/${orderId}`)
  await page.waitForSelector('[data-state=sign-in]')
  await page.goto(`${gateway.url}/orders`)
  await signIn(page)
  await page.waitForSelector('.orders li')
})

it('loads more products on demand, and shows basket items from later pages', async () => {
  const pageAfter = (cursor: string | null) => {
    const from = products.findIndex(({ sku }) => sku === cursor) + 1
    const nextCursor = from + 1 < products.length ? products[from]?.sku : null
    return { items: products.slice(from, from + 1), nextCursor }
  }
  gateway.standIn.on('GET /products', ({ path }) => ({
    status: 200,
    body: pageAfter(new URL(path, 'http://shop').searchParams.get('cursor')),
  }))
  gateway.standIn.on('GET /products/*', ({ path }) => ({
    status: 200,
    body: products.find(({ sku }) => path.endsWith(sku)),
  }))
  const page = await open('/')
  await page.waitForSelector('.products [data-sku=tea-01]')
  expect(await page.locator('.products li').count()).toBe(1)
  await page.click('[data-action=more-products]')
  await page.click('.products [data-sku=tea-02] [data-action=add]')
  await page.reload()
  await page.waitForSelector(`.basket-lines li:has-text("${products[1]?.title}")`)
  expect(await page.locator('.products li').count()).toBe(1)
})

it('remembers the language', async () => {
  const page = await open('/', { locale: 'en-GB' })
  await page.waitForSelector('h1:has-text("Qingshan Tea")')
  await page.click('.language')
  await page.waitForSelector('h1:has-text("青山茶舍")')
  await page.reload()
  await page.waitForSelector('h1:has-text("青山茶舍")')
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN')
})

it('offers a retry when products can not be loaded, and when there are none', async () => {
  gateway.standIn.on('GET /products', () => 'cut')
  const page = await open('/')
  await page.waitForSelector('[data-state=error]')
  gateway.standIn.on('GET /products', () => ({ status: 200, body: { items: [], nextCursor: null } }))
  await page.click('[data-state=error] button')
  await page.waitForSelector('[data-state=empty]')
})
