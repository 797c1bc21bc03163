import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { type ConsoleWindow, openConsole } from './support/console.ts'
import { makeConsoleData } from './support/console-data.ts'
import { openTestedDatabases } from './support/databases.ts'

let browser: Browser
let window: ConsoleWindow

beforeAll(async () => {
  const databases = openTestedDatabases()
  await makeConsoleData(databases)
  await databases.close()
  browser = await launchBrowser()
  window = await openConsole(browser, { name: 'Counts', roles: ['owner'] })
}, 120_000)
afterAll(() => browser?.close())

/**
 * The numbers of today's tables, and the number of refunds, by the address of their lists: without the lag, which has no
 * list, and without hours that have no orders.
 */
async function countsOfToday(): Promise<Map<string, number>> {
  const { page } = window
  await window.show('/')
  await page.locator('main a[href="/dead-letters?status=WAITING"]').first().waitFor()
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' })
  const shown = await page
    .locator('main td a[href], main dd')
    .evaluateAll(elements =>
      elements.map(one => [
        (one.querySelector('a') ?? one).getAttribute('href') ?? '',
        (one.querySelector('small') ?? one).textContent,
      ]),
    )
  const numbers = shown.filter(([href = '', text = '']) => {
    const isEmptyHour = text === '0' && href.includes('to=')
    return href !== '/dead-letters' && !isEmptyHour && /^[\d,]+( refunds)?$/.test(text)
  })
  return new Map(numbers.map(([href = '', text = '']) => [href, Number(text.replace(/\D/g, ''))]))
}

/** Clicks on a link of today. Returns the request of the list that it opens. */
async function listOf(href: string): Promise<URL> {
  const { page } = window
  await page.locator('main details:not([open]) summary').click()
  const path = `/api/admin${href.split('?')[0]}`
  const [request] = await Promise.all([
    page.waitForRequest(one => new URL(one.url()).pathname === path),
    page.locator(`main :is(td, dd) a[href="${href}"]`).last().click(),
  ])
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  const url = new URL(request.url())
  url.searchParams.set('limit', '100')
  return url
}

/** The number of rows of a list, read to its end. */
async function rowsOf(list: URL): Promise<number> {
  const url = new URL(list)
  for (let rows = 0; ; ) {
    const { items, nextCursor } = await (await window.context.request.get(url.href)).json()
    rows += items.length
    if (nextCursor === null) return rows
    url.searchParams.set('cursor', nextCursor)
  }
}

it('each number of today is that of the rows of the list it opens', async () => {
  const lists = new Map<string, URL>()
  // The numbers are counted every 15 s, and orders of other tests may expire meanwhile.
  await expect
    .poll(
      async () => {
        const different: object[] = []
        for (const [href, count] of await countsOfToday()) {
          const list = lists.get(href) ?? (await listOf(href))
          lists.set(href, list)
          const rows = await rowsOf(list)
          if (rows !== count) different.push({ href, count, rows })
        }
        return different
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toEqual([])
  for (const prefix of ['/orders?', '/cases', '/refunds?status', '/refunds?succeeded', '/dead-letters?'])
    expect([...lists.keys()].some(href => href.startsWith(prefix))).toBe(true)
})
