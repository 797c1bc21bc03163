import type { PlacedOrder } from '@alipay-checkout/contracts'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay, readTrade } from './support/alipay.ts'
import { desk, launchBrowser, openWindow, phone, screenshot } from './support/browser.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { openBy } from './support/payment-methods.ts'
import { readRefunds } from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, place, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
let browser: Browser
let databases: TestedDatabases
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  browser = await launchBrowser()
  sku = await newProduct(databases, { units: 100, title: '正山小种 Lapsang' })
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await databases?.close()
})

const address = {
  name: '王梅',
  phone: '138 0000 1234',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '龙井路 1 号',
}

/** Where Alipay will send the browser: our own signed link, as it stands in the signed request. */
const returnUrlOf = ({ paymentUrl }: PlacedOrder) => new URL(paymentUrl).searchParams.get('return_url') ?? ''

const paidTradeOf = async (orderId: string) => (await readRefunds(orderId)).trades[0]?.outTradeNo ?? ''

/** The requests of a page that are not answered yet, from now on. */
function requestsUnderWay(page: Page): ReadonlySet<Request> {
  const underWay = new Set<Request>()
  page.on('request', request => underWay.add(request))
  page.on('requestfinished', request => underWay.delete(request))
  page.on('requestfailed', request => underWay.delete(request))
  return underWay
}

const paidBadge = (page: Page) => page.locator('[data-order-status="PAID"]').first()
const result = (page: Page, state: 'waiting' | 'late') => page.locator(`.result[data-state="${state}"]`)

describe.each([phone, desk])('a whole purchase by clicking, $width px wide, $locale', device => {
  it('storefront, basket, sign-in, Alipay, result, order, my orders', async () => {
    const { context, page, consoleErrors } = await openWindow(browser, device)
    const wider: number[] = []
    const show = async (name: string) => wider.push(await screenshot(page, `purchase-${name}`, device))
    await page.goto(system.publicUrl)
    await page.locator(`[data-sku="${sku}"]`).waitFor()
    await show('1-shop')
    await page.locator(`[data-sku="${sku}"] [data-action="add"]`).click()
    await page.locator(`[data-sku="${sku}"] .stepper button`).last().click()
    await show('2-basket')
    await page.locator('.basket input[name="name"]').fill('Mei')
    await page.locator('.basket form button').click()
    await page.locator('[data-action="place-order"]:not([disabled])').waitFor()
    for (const [field, value] of Object.entries(address)) {
      await page.locator(`[name="shipTo.${field}"]`).fill(value)
    }
    await show('3-signed-in')
    await page.locator('[data-action="place-order"]').click()

    // Of at most three taps until the order is paid.
    let taps = 0
    const tap = async (selector: string) => {
      taps++
      await page.locator(selector).click()
    }
    if (device === desk) {
      await page.waitForURL(/\/orders\/ord_/)
      await page.locator('figure[data-state="ready"] img').waitFor()
      await show('3-pay-or-scan')
      await tap('[data-action="pay"]')
    }
    await page.waitForURL(url => url.origin === system.simulatorUrl)
    const method = device === phone ? 'alipay.trade.wap.pay' : 'alipay.trade.page.pay'
    expect(new URL(page.url()).searchParams.get('method')).toBe(method)
    await show('4-cashier')
    await tap('button[value="login"]')
    await page.locator('button[value="pay"]').waitFor()
    await show('5-pay')
    await tap('button[value="pay"]')
    expect(taps).toBeLessThanOrEqual(3)

    await page.waitForURL(/\/orders\/ord_/)
    await paidBadge(page).waitFor()
    const orderId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await page.locator('.order-lines').waitFor()
    await show('6-order')
    const shown = await page.locator('.order').textContent()
    for (const part of ['258.00', address.street]) expect(shown).toContain(part)
    const tradeNo = await paidTradeOf(orderId)
    expect(await readTrade(tradeNo)).toMatchObject({ tradeStatus: 'TRADE_SUCCESS', totalAmount: '258.00' })
    await page.locator('nav a[href="/orders"]').click()
    await page.locator(`.orders a[href="/orders/${orderId}"] [data-order-status="PAID"]`).waitFor()
    await show('7-orders')
    expect(consoleErrors).toEqual([])
    expect(wider).toEqual(wider.map(() => 0))
    await context.close()
  }, 60_000)
})

it('shows an order as paid whose code was scanned from the desk', async () => {
  const { order } = await place(customer, { [sku]: 1 })
  const { context, page, consoleErrors } = await openWindow(browser, desk)
  const session = JSON.stringify({ token: customer.token, name: 'Mei' })
  await page.addInitScript(stored => localStorage.setItem('qingshan.session', stored), session)
  await page.goto(`${system.publicUrl}/orders/${order.orderId}`)
  await page.locator('[data-action="code"]').click()
  await page.locator('figure[data-state="ready"] img').waitFor()
  const { target } = await openBy('alipay_qr', customer, order.orderId)
  await pay(target)
  await paidBadge(page).waitFor()
  await page.locator('figure[data-state="ready"]').waitFor({ state: 'detached' })
  expect(consoleErrors).toEqual([])
  await context.close()
})

describe('the page that Alipay sends the browser back to', () => {
  it('waits, and goes to the order when PAID is pushed', async () => {
    const placed = await place(customer, { [sku]: 1 })
    const { context, page, consoleErrors } = await openWindow(browser, phone)
    const pushed = page.waitForEvent('websocket').then(socket => socket.waitForEvent('framereceived'))
    // As Alipay does it, with parameters of its own, a `sign` among them.
    await page.goto(`${returnUrlOf(placed)}?charset=utf-8&out_trade_no=${placed.tradeNo}&sign=Q2%2FabcDEF%3D%3D`)
    await result(page, 'waiting').waitFor()
    await pushed
    await screenshot(page, 'result-waiting', phone)
    // From now on this page's polls are never answered: only a push can reach it.
    await page.route('**/status?*', async route => {
      if (!route.request().frame().url().includes('/payment/result')) await route.continue()
    })
    await pay(placed.paymentUrl)
    await page.waitForURL(new RegExp(`/orders/${placed.order.orderId}`))
    await paidBadge(page).waitFor()
    expect(consoleErrors).toEqual([])
    await context.close()
  })

  it('polls for the state when WebSockets are blocked', async () => {
    const placed = await place(customer, { [sku]: 1 })
    const { context, page } = await openWindow(browser, phone)
    await page.addInitScript(() => {
      class Blocked extends EventTarget {
        onclose: ((event: { code: number }) => void) | null = null
        constructor() {
          super()
          setTimeout(() => this.onclose?.({ code: 1006 }))
        }
        close() {}
      }
      Object.assign(window, { WebSocket: Blocked })
    })
    await page.goto(returnUrlOf(placed))
    await result(page, 'waiting').waitFor()
    await pay(placed.paymentUrl)
    await page.waitForURL(new RegExp(`/orders/${placed.order.orderId}`))
    await paidBadge(page).waitFor()
    await context.close()
  })

  it.each([phone, desk])(
    'shows after 30 s what to do, goes on polling, and can be refreshed by hand ($locale)',
    async device => {
      const placed = await place(customer, { [sku]: 1 })
      const { context, page } = await openWindow(browser, device)
      await page.routeWebSocket(/order-status/, socket => socket.close({ code: 1013 }))
      const underWay = requestsUnderWay(page)
      await page.clock.install()
      await page.goto(returnUrlOf(placed))
      await result(page, 'waiting').waitFor()
      // The page's clock runs on meanwhile, for as long as a busy machine takes.
      await page.clock.fastForward(25_000)
      expect(await result(page, 'late').count()).toBe(0)
      await page.clock.fastForward(6_000)
      await result(page, 'late').waitFor()
      expect(await page.locator('main').textContent()).toContain('支付结果未确认，请稍后查看订单列表或联系客服')
      expect(await screenshot(page, 'result-late', device)).toBe(0)
      await page.clock.pauseAt(Date.now() + 60_000)
      // A poll that is not answered yet would find the payment before the button is used.
      await expect.poll(() => underWay.size).toBe(0)
      await pay(placed.paymentUrl)
      await untilOrderIs(customer, placed.order.orderId, 'PAID')
      await page.locator('[data-action="refresh"]').click()
      await page.waitForURL(new RegExp(`/orders/${placed.order.orderId}`))
      await context.close()
    },
  )

  it.each([phone, desk])('shows that the order failed ($locale)', async device => {
    const placed = await place(customer, { [sku]: 1 })
    await cancel(customer, placed.order.orderId)
    const { context, page, consoleErrors } = await openWindow(browser, device)
    await page.goto(returnUrlOf(placed))
    await page.locator('.notice[data-state="failed"]').waitFor()
    expect(await screenshot(page, 'result-failed', device)).toBe(0)
    expect(consoleErrors).toEqual([])
    await context.close()
  })

  it('shows an order that is already paid immediately', async () => {
    const placed = await place(customer, { [sku]: 1 })
    const { returnUrl } = await pay(placed.paymentUrl)
    await untilOrderIs(customer, placed.order.orderId, 'PAID')
    const { context, page, consoleErrors } = await openWindow(browser, desk)
    await page.clock.install()
    await page.goto(returnUrl)
    await page.waitForURL(new RegExp(`/orders/${placed.order.orderId}`))
    await paidBadge(page).waitFor()
    expect(await screenshot(page, 'order-by-link', desk)).toBe(0)
    expect(consoleErrors).toEqual([])
    await context.close()
  })

  it('shows nothing for a link that was changed', async () => {
    const { order } = await place(customer, { [sku]: 1 })
    const { context, page } = await openWindow(browser, phone)
    await page.goto(
      `${system.publicUrl}/payment/result?order_id=${order.orderId}&t=${Date.now()}&sign=${'0'.repeat(64)}`,
    )
    await page.locator('.notice[data-state="invalid"]').waitFor()
    expect(await page.content()).not.toContain('PENDING')
    await screenshot(page, 'result-invalid', phone)
    await context.close()
  })
})

it.each([phone, desk])('shows empty, sold out and unavailable, $width px wide, $locale', async device => {
  const soldOut = await newProduct(databases, { units: 0, title: '白毫银针 Silver needle' })
  const { context, page } = await openWindow(browser, device)
  await page.goto(system.publicUrl)
  expect(await page.locator(`[data-sku="${soldOut}"] button`).isDisabled()).toBe(true)
  await page.goto(`${system.publicUrl}/orders`)
  await page.locator('form[data-state="sign-in"] input').fill(`Nobody ${device.width}`)
  await page.locator('form[data-state="sign-in"] button').click()
  await page.locator('.notice[data-state="empty"]').waitFor()
  await screenshot(page, 'orders-empty', device)
  await page.route('**/api/products', route => route.fulfill({ status: 503, body: '{}' }))
  await page.goto(system.publicUrl)
  await page.locator('.notice[data-state="error"]').waitFor()
  await screenshot(page, 'shop-unavailable', device)
  await page.unroute('**/api/products')
  await page.locator('.notice[data-state="error"] button').click()
  await page.locator('.product').first().waitFor()
  await context.close()
})
