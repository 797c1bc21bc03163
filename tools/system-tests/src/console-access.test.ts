import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { type ConsoleWindow, openConsole } from './support/console.ts'
import { type ConsoleData, makeConsoleData } from './support/console-data.ts'
import { openTestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { readOperations } from './support/operations.ts'
import { newCustomer } from './support/shop.ts'
import { system } from './support/system.ts'

let browser: Browser
let data: ConsoleData

beforeAll(async () => {
  const databases = openTestedDatabases()
  data = await makeConsoleData(databases)
  await databases.close()
  browser = await launchBrowser()
}, 120_000)
afterAll(() => browser?.close())

/** The changes of the admin API, with ids of things that exist. */
async function adminOperations(): Promise<{ method: string; path: string }[]> {
  const ids: Record<string, string> = {
    ...{ id: data.orderId, caseId: data.caseId, sku: data.sku, date: data.date },
    ...{ customerId: data.customerId, shipmentId: 'shp_1', notifyId: '1' },
  }
  const operations = (await readOperations()).filter(({ path }) => path.startsWith('/api/admin/'))
  return operations.map(({ method, path }) => ({
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? '1'),
  }))
}

/** Sends a request with the session of a window, as its pages do unless other headers are given. */
async function send(
  { context }: Pick<ConsoleWindow, 'context'>,
  method: string,
  path: string,
  headers: Record<string, string> = { origin: system.consoleUrl, 'x-requested-with': 'console' },
): Promise<number> {
  const hasBody = method !== 'GET'
  const options = { method, headers, maxRedirects: 0, ...(hasBody && { data: {} }) }
  return (await context.request.fetch(`${system.consoleUrl}${path}`, options)).status()
}

it('a shopper’s token gets 403 from every operation of the admin API, and no token 401', async () => {
  const { token } = newCustomer()
  const operations = await adminOperations()
  expect(operations.length).toBeGreaterThan(40)
  for (const { method, path } of operations) {
    const body = method === 'GET' ? {} : { body: {} }
    expect((await call(method, path, { token, ...body })).status, `${method} ${path}`).toBe(403)
    expect((await call(method, path, body)).status, `${method} ${path} without a token`).toBe(401)
  }
})

describe('a viewer', () => {
  it('reads every page and is offered no action', async () => {
    const viewer = await openConsole(browser, { name: 'Viewer', roles: ['viewer'] })
    const main = viewer.page.locator('main')
    for (const [path, shows] of [
      [`/orders/${data.orderId}`, 'text=SF1234567891'],
      [`/orders/${data.openOrderId}`, 'text=Awaiting payment'],
      ['/payments', 'tbody th a'],
      ['/refunds', 'tbody th a'],
      ['/cases', 'tbody th a'],
      [`/cases/${data.caseId}`, 'table'],
      [`/reconciliation/${data.date}`, 'table'],
      ['/dead-letters', 'tbody th a'],
      [`/dead-letters/${data.deadLetterId}`, 'text=PaymentSucceeded'],
      [`/stock/${data.sku}`, 'text=Broken in the warehouse'],
      ['/system', 'details'],
    ] as const) {
      await viewer.show(path)
      await main.locator(shows).first().waitFor()
      expect(await main.locator('[aria-haspopup="dialog"], [type="radio"], a[download]').count(), path).toBe(0)
    }
    expect(await viewer.page.locator('nav a[href="/audit-log"]').count()).toBe(0)
    expect(viewer.consoleErrors).toEqual([])
    await viewer.context.close()
  })

  it('gets 403 from every change', async () => {
    const viewer = await openConsole(browser, { name: 'Viewer', roles: ['viewer'] })
    const changes = (await adminOperations()).filter(({ method }) => method !== 'GET')
    expect(changes.length).toBeGreaterThan(20)
    for (const { method, path } of changes) expect(await send(viewer, method, path), `${method} ${path}`).toBe(403)
    await viewer.context.close()
  })
})

it('a change without the console’s header or from another origin gets 403', async () => {
  const owner = await openConsole(browser, { name: 'Owner', roles: ['owner'] })
  const note = `/api/admin/orders/${data.orderId}/notes`
  const { consoleUrl: origin, publicUrl } = system
  const strangers: Record<string, string>[] = [
    { origin },
    { 'x-requested-with': 'console' },
    { origin: 'https://evil.example', 'x-requested-with': 'console' },
    { origin: new URL(publicUrl).origin, 'x-requested-with': 'console' },
    { origin, 'x-requested-with': 'XMLHttpRequest' },
  ]
  for (const headers of strangers) {
    expect(await send(owner, 'POST', note, headers), JSON.stringify(headers)).toBe(403)
    expect(await send(owner, 'POST', '/auth/sign-out', headers), JSON.stringify(headers)).toBe(403)
  }
  expect(await send(owner, 'GET', '/api/session')).toBe(200)
  await owner.context.close()
})

it('signing out ends the session, also for a copy of its cookie', async () => {
  const owner = await openConsole(browser, { name: 'Owner', roles: ['owner'] })
  await owner.show(`/orders/${data.orderId}`)
  const cookies = await owner.context.cookies()
  expect(cookies).toMatchObject([{ name: '__Host-console', httpOnly: true, secure: true, sameSite: 'Lax' }])
  await owner.page.getByRole('button', { name: 'Sign out' }).click()
  await owner.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
  await owner.page.goBack().catch(() => {})
  await owner.show(`/orders/${data.orderId}`)
  expect(await owner.page.getByText('SF1234567891').count()).toBe(0)
  const copy = await browser.newContext()
  await copy.addCookies(cookies)
  for (const path of ['/api/session', '/api/admin/orders', `/api/admin/orders/${data.orderId}`, '/jobs-board']) {
    expect(await send({ context: copy }, 'GET', path), path).toBe(401)
  }
  await copy.close()
  await owner.context.close()
})

it('the public port has nothing of the console, and does not take its session', async () => {
  const owner = await openConsole(browser, { name: 'Owner', roles: ['owner'] })
  const [cookie] = await owner.context.cookies()
  const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
  for (const path of [
    '/auth/methods',
    '/auth/sign-in',
    '/auth/callback',
    '/api/session',
    '/jobs-board',
    '/jobs-board/',
  ]) {
    expect((await call('GET', path, { headers })).status, path).toBe(404)
  }
  expect((await call('POST', '/auth/demo', { body: { name: 'x', roles: ['owner'] } })).status).toBe(404)
  expect((await call('GET', '/api/admin/orders', { headers })).status).toBe(401)
  const page = await (await owner.context.request.get(`${system.consoleUrl}/`)).text()
  const scripts = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(scripts.length).toBeGreaterThan(0)
  for (const path of scripts) {
    const { status, text } = await call('GET', path)
    const served = await (await owner.context.request.get(`${system.consoleUrl}${path}`)).text()
    expect(status === 404 || text !== served, path).toBe(true)
  }
  await owner.context.close()
})
