import { type OrderStatus, orderHintsChannel, shopStatus, systemNameDefault } from '@alipay-checkout/contracts'
import { isFullyReady, waitUntil } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBrowser } from './test-browser.ts'
import { userAgents } from './test-browsers.ts'
import { openAsAsked, orderBody, orderId, problem, startGateway, type TestGateway } from './test-gateway.ts'
import { desk, fillAddress, openPages, serveProducts, signIn, type TestPages, tooWidePx } from './test-storefront.ts'

let browser: Browser
let gateway: TestGateway
let redis: Redis
let pages: TestPages
let orderStatus: OrderStatus
let stockStatus: 201 | 202

beforeAll(async () => {
  browser = await startBrowser()
  gateway = await startGateway()
  redis = new Redis(process.env.TEST_REDIS_URL as string)
  await waitUntil(() => isFullyReady(gateway.url), { what: 'the gateway is connected to Redis' })
})
afterAll(async () => {
  redis?.disconnect()
  await browser?.close()
  await gateway?.close()
})
beforeEach(() => {
  pages = openPages(browser)
  orderStatus = 'PENDING_PAYMENT'
  stockStatus = 201
  const order = () => orderBody({ orderStatus, status: shopStatus(orderStatus) })
  const { standIn } = gateway
  standIn.reset()
  serveProducts(standIn)
  standIn.on('POST /orders', () => ({ status: stockStatus, body: { order: order() } }))
  standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  standIn.on('GET /orders/*', () => ({ status: 200, body: order() }))
  standIn.on('GET /orders/*/status', () => ({
    status: 200,
    body: { orderId, orderStatus, status: shopStatus(orderStatus) },
  }))
  standIn.on('POST /payments/open', call => {
    const { method } = JSON.parse(call.body)
    return method === 'alipay_qr'
      ? openAsAsked(call)
      : { status: 200, body: { ...opened(method), content: cashier(method) } }
  })
})
afterEach(async () => expect(await pages.close()).toEqual([]))

const opened = (method: string) => ({ orderId, outTradeNo: orderId, method })
/** Stands for Alipay's cashier. */
const cashier = (method: string) => `${gateway.url}/problems/not-found?${method}`
const methodsOpened = () =>
  gateway.standIn.calls.filter(({ path }) => path === '/payments/open').map(({ body }) => JSON.parse(body).method)

/** Puts one product into the basket, signs in and gives the address. What is left is to press "order". */
async function fillBasket(options = {}): Promise<Page> {
  const page = await pages.open(gateway.url, options)
  await page.click('[data-sku=tea-01] [data-action=add]')
  await signIn(page)
  await fillAddress(page)
  return page
}

/** Opens an order that was placed before. */
async function openOrder(options = {}): Promise<Page> {
  const page = await pages.open(`${gateway.url}/orders`, options)
  await signIn(page)
  await page.click('.orders a')
  await page.waitForSelector('[data-action=pay]')
  return page
}

/** The same, with its code. */
async function openCode(): Promise<Page> {
  const page = await openOrder(desk)
  await page.click('[data-action=code]')
  return page
}

describe('on a phone', () => {
  it('"order" leads straight to the cashier of wap', async () => {
    const page = await fillBasket()
    await page.click('[data-action=place-order]')
    await page.waitForURL(cashier('alipay_wap'))
    expect(methodsOpened()).toEqual(['alipay_wap'])
  })

  it('an order whose stock is confirmed late needs one tap more', async () => {
    ;[stockStatus, orderStatus] = [202, 'RESERVING']
    const page = await fillBasket()
    await page.click('[data-action=place-order]')
    await page.waitForURL(/\/orders\/ord_/)
    await page.waitForSelector('[data-order-status=RESERVING]')
    orderStatus = 'PENDING_PAYMENT'
    await page.click('[data-action=pay]')
    await page.waitForURL(cashier('alipay_wap'))
    expect(methodsOpened()).toEqual(['alipay_wap'])
  })

  it('the code is shown only on demand', async () => {
    gateway.standIn.on('GET /orders', () => ({ status: 200, body: { items: [orderBody()], nextCursor: null } }))
    const page = await openOrder()
    expect(methodsOpened()).toEqual([])
    await page.click('[data-action=code]')
    await page.waitForSelector('figure[data-state=ready] img')
    expect(methodsOpened()).toEqual(['alipay_qr'])
    expect(await tooWidePx(page)).toBe(0)
  })

  it('says what is wrong when the shop takes no payments in a browser', async () => {
    const appOnly = await startGateway({ ALIPAY_PRODUCTS: 'app' })
    serveProducts(appOnly.standIn)
    const page = await pages.open(appOnly.url)
    await page.click('[data-sku=tea-01] [data-action=add]')
    await signIn(page)
    await fillAddress(page)
    await page.click('[data-action=place-order]')
    await page.waitForSelector('[data-problem=payment-method-unavailable]')
    expect(await page.textContent('.error-box')).toContain('本店没有开通这种付款方式')
    await appOnly.close()
  })
})

describe('on a computer', () => {
  beforeEach(() => {
    gateway.standIn.on('GET /orders', () => ({ status: 200, body: { items: [orderBody()], nextCursor: null } }))
  })

  it('"order" leads to Alipay’s page with the order code beside it', async () => {
    const page = await fillBasket(desk)
    await page.click('[data-action=place-order]')
    await page.waitForURL(/\/orders\/ord_/)
    await page.waitForSelector('figure[data-state=ready] img')
    const hint = await page.textContent('figure[data-state=ready]')
    for (const text of ['Scan with the Alipay app to pay', '请用支付宝“扫一扫”付款']) expect(hint).toContain(text)
    const [link, code] = await Promise.all(
      ['[data-action=pay]', 'figure img'].map(on => page.locator(on).boundingBox()),
    )
    expect(code?.x).toBeGreaterThan((link?.x ?? 0) + (link?.width ?? 0))
    expect(await tooWidePx(page)).toBe(0)
    await page.click('[data-action=pay]')
    await page.waitForURL(cashier('alipay_page'))
    expect(methodsOpened()).toEqual(['alipay_page', 'alipay_qr', 'alipay_page'])
  })

  it('an order opens no payment by itself once it was placed, because that could close one under way', async () => {
    const page = await fillBasket(desk)
    await page.click('[data-action=place-order]')
    await page.waitForURL(/\/orders\/ord_/)
    await page.waitForSelector('figure[data-state=ready] img')
    await page.reload()
    await page.waitForSelector('[data-action=code]')
    const second = await openOrder(desk)
    expect(await second.locator('figure').count()).toBe(0)
    expect(await tooWidePx(second)).toBe(0)
    expect(methodsOpened()).toEqual(['alipay_page', 'alipay_qr'])
    await second.click('[data-action=code]')
    await second.waitForSelector('figure[data-state=ready] img')
    expect(methodsOpened()).toEqual(['alipay_page', 'alipay_qr', 'alipay_qr'])
  })

  it('a scanned payment is shown by push without leaving the page', async () => {
    const page = await openCode()
    await page.waitForSelector('figure[data-state=ready] img')
    // From now on no poll is answered: only a push can reach the page.
    await page.route('**/status', () => {})
    orderStatus = 'PAID'
    const push = () => redis.publish(orderHintsChannel(systemNameDefault), JSON.stringify([{ orderId, orderStatus }]))
    await waitUntil(
      async () => {
        await push()
        return page.locator('[data-order-status=PAID]').isVisible()
      },
      { what: 'the page shows the order as paid' },
    )
    await page.waitForSelector('.state-hint.good')
    expect(await page.locator('.pay').count()).toBe(0)
    expect(methodsOpened()).toEqual(['alipay_qr'])
  })

  it.each(['payment-method-unavailable', 'alipay-failed', 'alipay-timeout'] as const)(
    'the code is one of our link where Alipay’s is answered %s',
    async type => {
      gateway.standIn.on('POST /payments/open', call => {
        const { method } = JSON.parse(call.body)
        // While Alipay is unavailable, no method can be opened.
        const refused = method === 'alipay_qr' || type !== 'payment-method-unavailable'
        return refused ? problem(type) : { status: 200, body: { ...opened(method), content: cashier(method) } }
      })
      const page = await openCode()
      await page.waitForSelector('figure[data-state=ready] img')
      expect(await page.textContent('figure')).toContain('your phone’s camera')
      expect(methodsOpened()).toEqual(['alipay_qr', 'alipay_page'])
    },
  )

  it('a code of Alipay is renewed before it ends, and not earlier', async () => {
    const page = await openCode()
    await page.clock.install()
    await page.reload()
    await page.click('[data-action=code]')
    await page.waitForSelector('figure[data-state=ready] img')
    const before = methodsOpened().length
    await page.clock.fastForward('01:45:00')
    expect(methodsOpened().length).toBe(before)
    await page.clock.fastForward('00:10:00')
    await waitUntil(() => methodsOpened().length === before + 1, { what: 'the code was renewed' })
    await page.waitForSelector('figure[data-state=ready] img')
  })

  it('the code can be requested again where it could not be had', async () => {
    gateway.standIn.on('POST /payments/open', () => problem('too-many-requests'))
    const page = await openCode()
    await page.waitForSelector('[data-action=code-again]')
    gateway.standIn.on('POST /payments/open', openAsAsked)
    await page.click('[data-action=code-again]')
    await page.waitForSelector('figure[data-state=ready] img')
  })

  it('everything can be reached with the keyboard, and the code has a text', async () => {
    const page = await openCode()
    await page.waitForSelector('figure[data-state=ready] img')
    await page.focus('[data-action=pay]')
    const reached: (string | null)[] = []
    for (let n = 0; n < 3; n++) {
      reached.push(await page.evaluate(() => document.activeElement?.getAttribute('data-action') ?? null))
      await page.keyboard.press('Tab')
    }
    expect(reached).toEqual(['pay', 'another-payer', 'cancel'])
    expect(await page.getByRole('img', { name: 'QR code to pay this order' }).count()).toBe(1)
    expect(await page.getByRole('region', { name: 'Payment' }).count()).toBe(1)
  })
})

describe("in WeChat's browser", () => {
  const wechat = { userAgent: userAgents.wechat }

  it.each([375, 1280])(
    'the payment link shows how to open it elsewhere, and can be copied, %i px wide',
    async width => {
      const viewport = { width, height: 740 }
      const page = await pages.open(`${gateway.url}/pay/${orderId}`, {
        ...wechat,
        viewport,
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await page.click('#copy')
      await page.waitForSelector('#copied:has-text("已复制")')
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`http://shop.test/pay/${orderId}`)
      expect(await tooWidePx(page)).toBe(0)
      expect(methodsOpened()).toEqual([])
    },
  )

  it('the link is copied without the clipboard of https, and shown without scripts', async () => {
    const page = await pages.open(`${gateway.url}/pay/${orderId}`, wechat)
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.click('#copy')
    await page.waitForSelector('#copied:has-text("已复制")')
    const plain = await pages.open(`${gateway.url}/pay/${orderId}`, { ...wechat, javaScriptEnabled: false })
    expect(await plain.locator('#copy').isVisible()).toBe(false)
    expect(await plain.textContent('#link')).toBe(`http://shop.test/pay/${orderId}`)
  })
})
