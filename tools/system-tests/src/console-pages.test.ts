import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openWindow, screenshot } from './support/browser.ts'
import { type ConsoleWindow, openConsole } from './support/console.ts'
import { type ConsoleData, makeConsoleData } from './support/console-data.ts'
import { openTestedDatabases } from './support/databases.ts'
import { system } from './support/system.ts'

interface AxeResult {
  violations: { id: string; nodes: { html: string; any: { message: string }[] }[] }[]
}

const require = createRequire(import.meta.url)
const axeFile = require.resolve('axe-core/axe.min.js')
let browser: Browser
let data: ConsoleData
let window: ConsoleWindow

beforeAll(async () => {
  const databases = openTestedDatabases()
  data = await makeConsoleData(databases)
  await databases.close()
  browser = await launchBrowser()
  window = await openConsole(browser, { name: 'Pages', roles: ['owner'] })
  await window.context.addInitScript({ path: axeFile })
}, 120_000)
afterAll(() => browser?.close())

interface ShownPage {
  name: string
  path(): string
  /** What is there once the page has its data. */
  shows(): string
}

const pages: ShownPage[] = [
  { name: 'today', path: () => '/', shows: () => 'a[href="/dead-letters?status=WAITING"]' },
  {
    name: 'orders',
    path: () => `/orders?customer=${data.customerId}`,
    shows: () => `a[href="/orders/${data.orderId}"]`,
  },
  { name: 'order', path: () => `/orders/${data.orderId}`, shows: () => 'text=SF1234567891' },
  { name: 'open order', path: () => `/orders/${data.openOrderId}`, shows: () => `a[href="/cases/${data.caseId}"]` },
  { name: 'payments', path: () => '/payments', shows: () => 'td [aria-haspopup="dialog"]' },
  { name: 'refunds', path: () => '/refunds', shows: () => 'tbody a[href*="/orders/"]' },
  { name: 'cases', path: () => '/cases', shows: () => `a[href^="/cases/${data.caseId}"]` },
  { name: 'case', path: () => `/cases/${data.caseId}`, shows: () => 'mark, [type="radio"]' },
  {
    name: 'reconciliation',
    path: () => '/reconciliation',
    shows: () => `a[href="/reconciliation/${data.date}"]`,
  },
  { name: 'day', path: () => `/reconciliation/${data.date}`, shows: () => 'table' },
  { name: 'dead letters', path: () => '/dead-letters', shows: () => 'a[href^="/dead-letters/dlq_"]' },
  { name: 'dead letter', path: () => `/dead-letters/${data.deadLetterId}`, shows: () => 'text=PaymentSucceeded' },
  { name: 'stock', path: () => `/stock?sku=${data.sku}`, shows: () => `a[href="/stock/${data.sku}"]` },
  { name: 'product', path: () => `/stock/${data.sku}`, shows: () => 'text=Broken in the warehouse' },
  { name: 'jobs', path: () => '/jobs', shows: () => 'tbody th' },
  { name: 'reports', path: () => '/reports', shows: () => 'tfoot' },
  { name: 'audit log', path: () => `/audit-log?object=${data.sku}`, shows: () => 'text=Broken in the warehouse' },
  { name: 'system', path: () => '/system', shows: () => 'details' },
  { name: 'search', path: () => `/search?q=${data.orderId}`, shows: () => 'tbody a' },
]

/** Opens a page, and waits for its data. */
async function open({ path, shows }: ShownPage): Promise<Page> {
  const { page } = window
  await window.show(path())
  await page.locator('main').locator(shows()).first().waitFor()
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' })
  return page
}

/** What axe finds wrong. @param rules all that apply to WCAG and good practice, unless these are given */
async function axe(page: Page, rules?: string[]): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) }
  const { violations } = await page.evaluate<AxeResult, object>(
    given => (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run(given),
    options,
  )
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(one => `${one.html} ${one.any[0]?.message}`).join('; ')}`,
  )
}

const switchTheme = (page: Page) => page.getByRole('button', { name: /^(Dark|Light|深色|浅色)$/ }).click()
const switchLanguage = (page: Page) => page.getByRole('button', { name: /^(中文|English)$/ }).click()

/** Texts of a Chinese page with four English words in a row, other than code and what is marked as English. */
const englishSentences = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const { textContent, parentElement } = walker.currentNode
      const isChinese = /\p{Script=Han}/u.test(textContent ?? '')
      const isMarked = parentElement?.closest('[lang="en"], pre, code, script, style') != null
      if (!isChinese && !isMarked && /(?:[A-Za-z’']+ ){3}[a-z’']+/.test(textContent ?? ''))
        found.push(textContent ?? '')
    }
    return found
  })

/** Looks at the open page in both languages and themes. The theme changes colours only. */
async function expectAccessible(page: Page): Promise<void> {
  expect(await axe(page), 'English, light').toEqual([])
  await switchTheme(page)
  expect(await axe(page, ['color-contrast']), 'English, dark').toEqual([])
  await switchLanguage(page)
  await page.locator('html[lang="zh-CN"]').waitFor()
  expect(await englishSentences(page), 'English in Chinese').toEqual([])
  expect(await axe(page), 'Chinese, dark').toEqual([])
  await switchTheme(page)
  expect(await axe(page, ['color-contrast']), 'Chinese, light').toEqual([])
  await switchLanguage(page)
  await page.locator('html[lang="en"]').waitFor()
}

const widerThanWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

async function expectToFit(page: Page, name: string): Promise<void> {
  await switchLanguage(page)
  await page.locator('html[lang="zh-CN"]').waitFor()
  await page.setViewportSize({ width: 320, height: 800 })
  await expect.poll(() => widerThanWindow(page), { message: '320 px, Chinese' }).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 800 })
  await switchLanguage(page)
  await page.locator('html[lang="en"]').waitFor()
  for (const width of [320, 375, 768, 1920, 1280] as const) {
    await page.setViewportSize({ width, height: 800 })
    // A table that does not fit becomes cards after it was measured.
    await expect.poll(() => widerThanWindow(page), { message: `${width} px` }).toBeLessThanOrEqual(0)
    if (width === 375 || width === 1280) await screenshot(page, `console-${name}`, { width, locale: 'en-GB' })
  }
}

describe('every page', () => {
  it.each(pages)('$name: axe finds nothing in both themes and languages, and it fits 320 to 1920 px', async page => {
    const shown = await open(page)
    await expectAccessible(shown)
    await expectToFit(shown, page.name.replace(' ', '-'))
    expect(window.consoleErrors).toEqual([])
  })

  it('sign-in: axe finds nothing in both themes and languages, and it fits 320 to 1920 px', async () => {
    const { context, page, consoleErrors } = await openWindow(browser, { width: 1280, locale: 'en-GB' })
    await context.addInitScript({ path: axeFile })
    await page.goto(`${system.consoleUrl}/orders`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await expectAccessible(page)
    await expectToFit(page, 'sign-in')
    // That nobody is signed in is the answer 401, which Chromium writes to its console.
    expect(consoleErrors.filter(text => !text.includes('401'))).toEqual([])
    await context.close()
  })
})

/** Presses Tab until the focus is on this element. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(wanted => document.activeElement?.matches(wanted), selector)) return
  }
  throw new Error(`Tab does not reach ${selector}`)
}

const focusIsIn = (page: Page, selector: string) =>
  expect.poll(() => page.evaluate(one => document.activeElement?.closest(one) !== null, selector)).toBe(true)

describe('by keyboard alone', () => {
  it('the first Tab is a link to the content, and a page of the menu gets the focus with its heading', async () => {
    await window.show('/jobs')
    const { page } = window
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await focusIsIn(page, 'main')
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await tabTo(page, 'nav a[href="/orders"]')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/orders')
    await focusIsIn(page, 'h1')
  })

  it.each([
    ['orders', 'tbody th a'],
    ['refunds', 'tbody th a'],
    ['payments', 'tbody th a'],
    ['cases', 'tbody th a'],
    ['reconciliation', 'td a'],
    ['dead letters', 'tbody th a[href^="/dead-letters/"]'],
    ['stock', 'tbody th a'],
    ['search', 'tbody th a'],
  ])('%s: Tab reaches a row, and Enter opens it', async (name, row) => {
    const page = await open(pages.find(one => one.name === name) as ShownPage)
    const before = page.url()
    await tabTo(page, `main ${row}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(url => url.href !== before)
    await focusIsIn(page, 'main')
    expect(await page.locator('h1').count()).toBe(1)
  })

  it.each(['order', 'open order', 'payments', 'dead letters', 'dead letter', 'stock', 'product', 'day'])(
    '%s: Enter opens each dialog, the focus is inside, and Escape brings it back',
    async name => {
      const page = await open(pages.find(one => one.name === name) as ShownPage)
      const buttons = page.locator('main button[aria-haspopup="dialog"]:not([disabled])')
      const labels = new Set(await buttons.allTextContents())
      expect(labels.size).toBeGreaterThan(0)
      for (const label of labels) {
        const button = buttons.filter({ hasText: new RegExp(`^${label}$`) }).first()
        await button.focus()
        await page.keyboard.press('Enter')
        await page.locator('dialog[open] h2').waitFor()
        await focusIsIn(page, 'dialog')
        await page.keyboard.press('Escape')
        await page.locator('dialog').waitFor({ state: 'detached' })
        expect(await button.evaluate(element => element === document.activeElement)).toBe(true)
      }
    },
  )
})

describe('without anything to show', () => {
  it.each([
    ['/orders?customer=nobody', 'No order matches these filters.'],
    ['/payments?olderThan=999999999', 'No payment is like that.'],
    ['/cases?status=ALL&claimedBy=nobody', 'No case is like that.'],
    ['/dead-letters?reasonKey=none+such', 'No dead letter matches these filters.'],
    ['/stock?sku=none-such', 'No product matches these filters.'],
    ['/audit-log?actor=nobody', 'Nobody changed anything that matches these filters.'],
    ['/search?q=none-such', 'Nothing has this number.'],
    ['/orders/ord_00000000000000000000000000000000', 'This could not be loaded'],
    ['/stock/none-such', 'There is no product none-such.'],
    ['/nowhere', 'Page not found'],
  ])('%s says “%s”', async (path, text) => {
    await window.show(path)
    await window.page.locator('main').getByText(text).first().waitFor()
  })
})

describe('in Chinese', () => {
  it('a refused filter and a case say what is wrong, with the English text of the API below it', async () => {
    const { context, page, show } = await openConsole(browser, { name: 'Mei', roles: ['owner'], locale: 'zh-CN' })
    await show('/orders?minFen=abc')
    const alert = page.locator('main').getByRole('alert')
    await alert.getByText('最低金额：格式不正确。').waitFor()
    expect(await alert.locator('[lang="en"]').textContent()).toContain('minFen must match pattern')
    await show(`/cases/${data.caseId}`)
    await page.getByText(/^支付宝通知的金额与订单不符，订单 ¥139\.00，支付宝 ¥0\.01/).waitFor()
    await page.locator('[lang="en"]').getByText('Alipay reports another amount than the order has').waitFor()
    await context.close()
  })
})
