import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { type ConsoleWindow, openConsole, readAudit } from './support/console.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { readRefunds } from './support/refunds-and-cases.ts'
import { readShipments, shipTo } from './support/shipments.ts'
import { newCustomer, newProduct, placePaid } from './support/shop.ts'

const customer = newCustomer()
let browser: Browser
let databases: TestedDatabases

beforeAll(async () => {
  databases = openTestedDatabases()
  browser = await launchBrowser()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await databases?.close()
})

/** An action whose dialog is filled in and not yet confirmed. */
interface Prepared {
  confirm: Locator
  /** Shown by the page once the answer is there. */
  done: Locator
  /** How often the action took effect, by what is stored. */
  effects(): Promise<number>
}

interface Action {
  name: string
  /** The requests of the action, without its preview. */
  requests: RegExp
  prepare(visit: ConsoleWindow): Promise<Prepared>
}

const actions: Action[] = [
  {
    name: 'restocking',
    requests: /\/adjustments$/,
    async prepare({ page, show }) {
      const sku = await newProduct(databases, { units: 1 })
      await show(`/stock/${sku}`)
      const dialog = await open(page, 'Adjust stock')
      await dialog.getByRole('textbox', { name: 'Units' }).fill('40')
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('delivery 8')
      return {
        confirm: dialog.getByRole('button', { name: 'Adjust stock' }),
        done: page.getByRole('status').getByText('The stock was adjusted'),
        async effects() {
          const entries = (await readAudit(sku, 'stock.adjust')).filter(({ reason }) => reason === 'delivery 8')
          expect(await databases.stockOf(sku)).toMatchObject({ available: 1 + 40 * entries.length })
          return entries.length
        },
      }
    },
  },
  {
    name: 'refunding',
    requests: /\/refunds$/,
    async prepare({ page, show }) {
      const sku = await newProduct(databases, { units: 2, priceFen: 1_000 })
      const { orderId } = await placePaid(customer, { [sku]: 2 })
      await show(`/orders/${orderId}`)
      const dialog = await open(page, 'Refund')
      await dialog.getByRole('radio', { name: 'An amount' }).click()
      await dialog.getByRole('textbox', { name: 'Amount, ¥' }).fill('5')
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('late')
      return {
        confirm: dialog.getByRole('button', { name: 'Refund ¥5.00' }),
        done: page.getByRole('status').getByText('The refund of ¥5.00 is requested.'),
        async effects() {
          const { length } = (await readRefunds(orderId)).items
          expect(await readAudit(orderId, 'refund.request')).toHaveLength(length)
          return length
        },
      }
    },
  },
  {
    name: 'shipping',
    requests: /\/shipments$/,
    async prepare({ page, show }) {
      const sku = await newProduct(databases, { units: 2 })
      const { orderId } = await placePaid(customer, { [sku]: 2 }, { fields: { shipTo } })
      await show(`/orders/${orderId}`)
      const dialog = await open(page, 'Ship')
      await dialog.getByRole('textbox', { name: sku }).fill('1')
      await dialog.getByRole('textbox', { name: 'Carrier' }).fill('顺丰速运')
      await dialog.getByRole('textbox', { name: 'Tracking number' }).fill('SF0000000003')
      return {
        confirm: dialog.getByRole('button', { name: 'Ship' }),
        done: page.getByRole('status').getByText('Parcel SF0000000003 is recorded.'),
        async effects() {
          const { length } = (await readShipments(orderId)).body.items
          expect(await readAudit(orderId, 'shipment.create')).toHaveLength(length)
          return length
        },
      }
    },
  },
]

async function open(page: Page, label: string): Promise<Locator> {
  await page.getByRole('button', { name: label, exact: true }).click()
  return page.getByRole('dialog')
}

const signIn = () => openConsole(browser, { name: 'Mei', roles: ['owner'] })

/** Sends the first request of an action, and keeps its answer from the page. Returns how many were sent. */
async function loseFirstAnswer(page: Page, requests: RegExp): Promise<() => number> {
  let sent = 0
  await page.route(requests, async route => {
    if (route.request().method() !== 'POST' || route.request().postDataJSON()?.preview === true) return route.continue()
    sent++
    if (sent > 1) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  return () => sent
}

describe.each(actions)('$name takes effect once', ({ requests, prepare }) => {
  it('when its button is clicked twice', async () => {
    const visit = await signIn()
    const { confirm, done, effects } = await prepare(visit)
    await confirm.dblclick()
    await done.waitFor()
    expect(await effects()).toBe(1)
    await visit.context.close()
  })

  it('when the gateway dies after the effect and the person sends it again', async () => {
    const visit = await signIn()
    const { confirm, done, effects } = await prepare(visit)
    const sent = await loseFirstAnswer(visit.page, requests)
    await confirm.click()
    await visit.page.getByRole('alert').getByText('No answer came.').waitFor()
    expect(await effects()).toBe(1)
    await visit.page.getByRole('button', { name: 'Send again' }).click()
    await done.waitFor()
    expect(sent()).toBe(2)
    expect(await effects()).toBe(1)
    await visit.context.close()
  })

  it('when the person goes back and forward afterwards', async () => {
    const visit = await signIn()
    await visit.show('/')
    const { confirm, done, effects } = await prepare(visit)
    await confirm.click()
    await done.waitFor()
    await visit.page.goBack()
    await visit.page.goForward()
    await visit.page.reload()
    await visit.page.getByRole('heading', { level: 1 }).waitFor()
    expect(await visit.page.getByRole('dialog').count()).toBe(0)
    expect(await effects()).toBe(1)
    await visit.context.close()
  })
})

it('locks the fields after an unclear answer, shows a refund that was made, and sends the same request again', async () => {
  const { page, show, context } = await signIn()
  const sku = await newProduct(databases, { units: 2, priceFen: 1_000 })
  const { orderId } = await placePaid(customer, { [sku]: 2 })
  await show(`/orders/${orderId}`)
  const dialog = await open(page, 'Refund')
  await dialog.getByRole('radio', { name: /^Everything/ }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('late')
  const sent: string[] = []
  page.on('request', request => {
    const body = request.method() === 'POST' && /\/refunds$/.test(request.url()) ? request.postData() : null
    if (body !== null && !body.includes('preview')) sent.push(`${request.headers()['idempotency-key']} ${body}`)
  })
  await loseFirstAnswer(page, /\/refunds$/)
  await dialog.getByRole('button', { name: 'Refund ¥20.00' }).click()
  await dialog.getByText('No answer came.').waitFor()
  // The page behind the dialog is hidden from the roles of the accessibility tree.
  const { items } = await readRefunds(orderId)
  await page.locator(`[id="${items[0]?.refundId}"]`).waitFor()
  for (const field of await dialog.locator('input, textarea').all()) expect(await field.isDisabled()).toBe(true)
  expect(await dialog.textContent()).toContain('¥20.00')
  await dialog.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('status').getByText('The refund of ¥20.00 is requested.').waitFor()
  expect(sent).toEqual([sent[0], sent[0]])
  expect((await readRefunds(orderId)).items).toHaveLength(1)
  await context.close()
})
