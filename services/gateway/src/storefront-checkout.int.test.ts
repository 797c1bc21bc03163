import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startBrowser } from './test-browser.ts'
import { orderBody, orderId, problem, startGateway, type TestGateway } from './test-gateway.ts'
import {
  address,
  fillAddress,
  openBasketOn,
  openPages,
  orderButton,
  ordered,
  products,
  serveCheckout,
  serveProducts,
  signIn,
  type TestPages,
  tooWidePx,
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

const dark: BrowserContextOptions = { colorScheme: 'dark' }
const openBasket = (options?: BrowserContextOptions) => openBasketOn(pages, gateway.url, options)
const addUnit = (page: Page) => page.click('.basket .stepper button:last-child')
const untilTotalIs = (page: Page, total: string) =>
  page.waitForSelector(`.basket .sums:not(.stale) .total:has-text("${total}")`)
const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name'))
const fieldValue = (page: Page, field: string) => page.inputValue(`[name="shipTo.${field}"]`)
const fits = async (page: Page) => expect(await tooWidePx(page)).toBe(0)

it.each([
  ['a phone', { viewport: { width: 375, height: 740 }, ...dark }],
  ['a computer', {}],
] as const)('takes the address by keyboard on %s, and names what is wrong at the field', async (_device, options) => {
  const { page, sent } = await openBasket(options)
  await page.focus('[data-action=place-order]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[name="shipTo.name"][aria-invalid=true]:focus')
  await fits(page)
  for (const value of [address.name, 'call me', address.province, address.city, address.district, '', address.street]) {
    await page.keyboard.type(value)
    await page.keyboard.press('Tab')
  }
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
  await page.keyboard.type('请轻放')
  await page.focus('[name="shipTo.city"]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[name="shipTo.phone"]:focus')
  const why = async () => page.textContent(`#${await page.getAttribute(':focus', 'aria-describedby')}`)
  expect(await why()).toBe('请填写有效的电话号码')
  expect(sent).toEqual([])

  const errors = [{ field: 'shipTo.phone', message: 'must match pattern' }]
  gateway.standIn.on('POST /orders', () => problem('invalid-request', { errors }))
  await page.fill(':focus', '13800001234')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[name="shipTo.phone"][aria-invalid=true]:focus')
  expect(await why()).toBe('店铺无法使用此内容，请修改')
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  await page.keyboard.press('Enter')
  await ordered(page)
  const shipTo = { ...address, phone: '13800001234' }
  expect(sent.map(({ body }) => [body.shipTo, body.note])).toEqual([
    [shipTo, '请轻放'],
    [shipTo, '请轻放'],
  ])
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2)
})

it('remembers the address of an order until it is forgotten', async () => {
  const { page } = await openBasket()
  const orderAgain = async () => {
    await page.goto(gateway.url)
    await page.click('[data-sku=tea-01] [data-action=add]')
    await page.waitForSelector(orderButton)
  }
  const phoneWas = async (phone: string) => expect(await fieldValue(page, 'phone')).toBe(phone)
  await fillAddress(page)
  await page.reload()
  await page.waitForSelector(orderButton)
  await phoneWas('')
  await fillAddress(page)
  await page.click(orderButton)
  await ordered(page)
  await orderAgain()
  await phoneWas(address.phone)
  await page.click('[data-action=forget-address]')
  expect(await focusedName(page)).toBe('shipTo.name')
  await page.reload()
  await page.waitForSelector(orderButton)
  await phoneWas('')
  await fillAddress(page)
  await page.uncheck('[name=remember]')
  await page.click(orderButton)
  await ordered(page)
  await orderAgain()
  await phoneWas('')
  expect(await page.locator('[data-action=forget-address]').count()).toBe(0)
})

it('shows shipping and discounts of the basket as it is now, and orders at that total', async () => {
  const { page, sent } = await openBasket()
  await untilTotalIs(page, '141.00')
  expect(await page.textContent('[data-adjustment=shipping]')).toContain('¥12.00')
  // The answer to an earlier basket comes last.
  let release: () => void = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const late = page.waitForResponse(/demo\/quote/)
  const answerLate = async (route: Route) => {
    await held
    await route.continue()
  }
  await page.route('**/api/demo/quote', answerLate, { times: 1 })
  const asked = page.waitForRequest(/demo\/quote/)
  await addUnit(page)
  await asked
  await addUnit(page)
  await untilTotalIs(page, '377.00')
  release()
  await late
  await untilTotalIs(page, '377.00')
  expect(await page.textContent('[data-adjustment=discount]')).toMatch(/满300减10.*−¥10\.00/s)
  await fits(page)
  await fillAddress(page)
  await page.click(orderButton)
  await ordered(page)
  const { items, quote, expectedTotalFen } = sent[0]?.body ?? {}
  expect([items, expectedTotalFen]).toEqual([[{ sku: 'tea-01', quantity: 3 }], 37_700])
  expect(JSON.parse(Buffer.from(quote?.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ items })
})

it('keeps the basket usable while there is no quote', async () => {
  const { page } = await openBasket({ viewport: { width: 375, height: 740 } })
  gateway.standIn.on('GET /products/*', () => 'cut')
  await addUnit(page)
  await page.waitForSelector('[data-state=fees-failed]')
  expect(await page.locator('[data-action=place-order]').isDisabled()).toBe(true)
  await fits(page)
  serveProducts(gateway.standIn)
  await addUnit(page)
  await untilTotalIs(page, '377.00')
  gateway.standIn.on('GET /products/*', () => 'cut')
  await addUnit(page)
  await page.waitForSelector('[data-state=fees-failed]')
  serveProducts(gateway.standIn)
  await page.click('[data-action=quote-again]')
  await untilTotalIs(page, '506.00')
})

it.each([
  ['a phone', { viewport: { width: 375, height: 740 }, ...dark }],
  ['a computer', {}],
] as const)('shows a changed total on %s, orders nothing, and orders at the new one', async (_device, options) => {
  const lines = [{ ...orderBody().items[0], quantity: 1, unitPriceFen: 13_900 }]
  gateway.standIn.on('POST /orders', () => problem('total-changed', { totalFen: 15_100, lines }))
  const { page, sent } = await openBasket(options)
  await fillAddress(page)
  await page.click(orderButton)
  await page.waitForSelector('[data-problem=total-changed]')
  expect(await page.textContent('[data-total=before]')).toBe('¥141.00')
  expect(await page.textContent('[data-total=after]')).toBe('¥151.00')
  expect(await page.textContent('[data-problem] li')).toBe('明前龙井 50g：¥129.00 → ¥139.00')
  await fits(page)
  await page.click('[data-action=back-to-basket]')
  await page.click(orderButton)
  await page.waitForSelector('[data-problem=total-changed]')
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  await page.click('[data-action=order-at-new-total]:not([disabled])')
  await ordered(page)
  expect(sent.map(({ body }) => body.expectedTotalFen)).toEqual([14_100, 14_100, 15_100])
  expect(new Set(sent.map(({ key }) => key)).size).toBe(3)
})

it('replaces a quote that is over, and orders at the same total only', async () => {
  let refusals = 1
  gateway.standIn.on('POST /orders', () =>
    refusals-- > 0 ? problem('quote-invalid') : { status: 201, body: { order: orderBody() } },
  )
  const { page, sent } = await openBasket()
  await fillAddress(page)
  await page.click(orderButton)
  await ordered(page)
  expect(sent.map(({ body }) => body.expectedTotalFen)).toEqual([14_100, 14_100])
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2)

  refusals = 1
  await page.goto(gateway.url)
  await page.click('[data-sku=tea-01] [data-action=add]')
  await page.waitForSelector(orderButton)
  serveProducts(
    gateway.standIn,
    products.map(product => ({ ...product, priceFen: product.priceFen + 7_000 })),
  )
  await page.click(orderButton)
  await page.waitForSelector('[data-problem=total-changed] li:has-text("→ ¥199.00")')
  expect(await page.locator('[data-problem] li').allTextContents()).toContain('运费 Shipping：¥12.00 → ¥0.00')
  expect(sent.length).toBe(3)
  await page.click('[data-action=order-at-new-total]:not([disabled])')
  await ordered(page)
  expect(sent.at(-1)?.body.expectedTotalFen).toBe(19_900)
})

const shipped = {
  shipmentId: `shp_${orderId.slice(4)}_1`,
  orderId,
  carrier: '顺丰速运 SF Express',
  trackingNumber: 'SF1234567890123',
  lines: [{ sku: 'tea-01', quantity: 2 }],
  shippedAt: '2026-01-16T09:00:00.000Z',
}

it.each([
  ['a phone', 375, 'zh-CN', dark],
  ['a computer', 1280, 'en-GB', {}],
] as const)(
  'shows the parcels of an order, its address and its discounts on %s',
  async (_device, width, locale, options) => {
    const paid = {
      status: 'PAID',
      orderStatus: 'PAID',
      paidAt: '2026-01-15T10:05:00.000Z',
      reference: 'S-2026-0042',
      items: [{ sku: 'tea-01', title: '明前龙井 50g', quantity: 2, unitPriceFen: 12_900, adjustmentFen: -1_000 }],
      adjustments: [
        { type: 'shipping', label: '运费 Shipping', amountFen: 1_200 },
        { type: 'discount', label: '新客 Welcome', amountFen: -1_000 },
      ],
      totalFen: 26_000,
      shipTo: { ...address, postalCode: '310000' },
      note: '请轻放\n谢谢',
    }
    let fulfilment: object = { fulfilmentStatus: 'UNFULFILLED' }
    const answer = () => ({ status: 200, body: orderBody({ ...paid, ...fulfilment }) })
    gateway.standIn.on('GET /orders/*', answer)
    gateway.standIn.on('GET /orders', () => ({ status: 200, body: { items: [answer().body], nextCursor: null } }))
    gateway.standIn.on('GET /orders/*/status', () => ({
      status: 200,
      body: { orderId, status: 'PAID', orderStatus: 'PAID' },
    }))
    const permissions = ['clipboard-read', 'clipboard-write']
    const page = await pages.open(`${gateway.url}/orders`, {
      viewport: { width, height: 800 },
      locale,
      permissions,
      ...options,
    })
    await signIn(page)
    await page.waitForSelector('.orders [data-fulfilment-status=UNFULFILLED]')
    await fits(page)
    await page.clock.install()
    await page.click('.orders a')
    await page.waitForSelector('.order [data-fulfilment-status=UNFULFILLED]')
    const text = await page.textContent('.order')
    for (const part of ['S-2026-0042', '龙井路 1 号', '310000', '请轻放', '−¥10.00', '¥12.00', '¥260.00']) {
      expect(text).toContain(part)
    }
    const second = {
      ...shipped,
      shipmentId: `shp_${orderId.slice(4)}_2`,
      trackingNumber: 'YT-9',
      deliveredAt: shipped.shippedAt,
    }
    fulfilment = { fulfilmentStatus: 'SHIPPED', shipments: [shipped, second] }
    await page.clock.runFor(10_000)
    await page.waitForSelector('.order [data-fulfilment-status=SHIPPED]')
    expect(await page.locator('.parcel').allTextContents()).toEqual([
      expect.stringContaining('明前龙井 50g × 2'),
      expect.stringMatching(/YT-9.*2026/s),
    ])
    await page.click('.parcel >> nth=0 >> [data-action=copy-tracking]')
    await page.waitForSelector('.tracking [role=status]:not(:empty)')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shipped.trackingNumber)
    await fits(page)
  },
)
