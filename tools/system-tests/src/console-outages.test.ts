import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { openConsole } from './support/console.ts'
import { type ConsoleData, makeConsoleData } from './support/console-data.ts'
import { openTestedDatabases } from './support/databases.ts'
import { type ServiceName, startServer, stopServer, untilAllReady } from './support/outages.ts'

let browser: Browser
let data: ConsoleData

beforeAll(async () => {
  const databases = openTestedDatabases()
  data = await makeConsoleData(databases)
  await databases.close()
  browser = await launchBrowser()
}, 120_000)
afterAll(() => browser?.close())

interface Outage {
  service: ServiceName
  /** What Today and the order's page say. */
  missing: string
  /** Whether Today has something of this service. */
  isInToday: boolean
  /** What the order's page still shows. */
  stillThere(): string
  /** A list of this service, what it says, and what it shows when it is back. */
  list: string
  says: string
  row(): string
}

const outages: Outage[] = [
  {
    service: 'order-service',
    missing: 'Order data is missing: the order service does not answer.',
    isInToday: true,
    stillThere: () => 'text=One arrived broken',
    list: '/orders',
    says: 'The order service does not answer.',
    row: () => `a[href="/orders/${data.orderId}"]`,
  },
  {
    service: 'payment-service',
    missing: 'Payment data is missing: the payment service does not answer.',
    isInToday: true,
    stillThere: () => 'text=SF1234567891',
    list: '/payments',
    says: 'The payment service does not answer.',
    row: () => `a[href="/orders/${data.orderId}"]`,
  },
  {
    service: 'inventory-service',
    missing: 'Stock data is missing: the inventory service does not answer.',
    isInToday: false,
    stillThere: () => 'text=SF1234567891',
    list: '/stock',
    says: 'The inventory service does not answer.',
    row: () => 'tbody a[href^="/stock/"]',
  },
]

describe.each(outages)('without $service', ({ service, missing, isInToday, stillThere, list, says, row }) => {
  it('pages say which part is missing, show the rest, and recover', async () => {
    const owner = await openConsole(browser, { name: 'Owner', roles: ['owner'] })
    const { page, context } = owner
    const second = await context.newPage()
    const main = page.locator('main')
    await stopServer(service)
    try {
      if (isInToday) {
        await owner.show('/')
        await main.getByText(missing).waitFor()
        await main.locator('table').first().waitFor()
      }
      await owner.show(list)
      await main.getByText(says).waitFor()
      // The order stays open, to see it recover by itself.
      await second.goto(page.url().replace(list, `/orders/${data.orderId}`))
      await second.locator('main').getByText(missing).waitFor()
      await second.locator('main').locator(stillThere()).first().waitFor()
      await owner.show('/system')
      await main.locator('tbody').getByText('Unavailable').or(main.getByText(missing)).first().waitFor()
      await owner.show(list)
      await main.getByText(says).waitFor()
    } finally {
      await startServer(service)
    }
    await main.getByRole('button', { name: 'Try again' }).click()
    await main.locator(row()).first().waitFor()
    await second.locator('main').getByText(missing).waitFor({ state: 'detached', timeout: 45_000 })
    await second.locator('main').locator('text=One arrived broken').first().waitFor()
    await second.locator('main').locator('text=SF1234567891').first().waitFor()
    if (isInToday) {
      await owner.show('/')
      await main.getByRole('heading', { name: 'Orders by state' }).waitFor()
      expect(await main.getByRole('alert').count()).toBe(0)
    }
    await context.close()
    await untilAllReady()
  }, 120_000)
})

it('a page whose script can not be loaded says so, beside the menu, and is there after a reload', async () => {
  const { page, show, context } = await openConsole(browser, { name: 'Owner', roles: ['owner'] })
  await show('/')
  await page.route('**/assets/**', route => route.abort())
  const menu = page.getByRole('navigation', { name: 'Pages' })
  const heading = (name: string) => page.getByRole('heading', { level: 1, name })
  await menu.getByRole('link', { name: 'Orders' }).click()
  await heading('This page could not be shown').waitFor()
  await menu.getByRole('link', { name: 'Today' }).click()
  await heading('Today').waitFor()
  await menu.getByRole('link', { name: 'Orders' }).click()
  await heading('This page could not be shown').waitFor()
  await page.unroute('**/assets/**')
  await page.getByRole('button', { name: 'Reload' }).click()
  await heading('Orders').waitFor()
  await context.close()
})
