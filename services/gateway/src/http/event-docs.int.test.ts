import {
  asyncApiDocument,
  eventTopics,
  eventTypes,
  fieldsOf,
  type JsonSchema,
  readSamples,
} from '@alipay-checkout/contracts'
import { waitUntil } from '@alipay-checkout/test-support'
import { Parser } from '@asyncapi/parser'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser } from '../test-browser.ts'
import { startGateway, type TestGateway } from '../test-gateway.ts'
import { desk, openPages, tooWidePx } from '../test-storefront.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: 'https://shop.example.com' })
})
afterAll(() => gateway?.close())

const call = (path: string, init?: RequestInit) => fetch(gateway.url + path, init)
const documents = [
  ['/asyncapi.json', 'application/json; charset=utf-8'],
  ['/events', 'text/html; charset=utf-8'],
] as const

describe.each(documents)('%s', (path, contentType) => {
  it('needs no token, and is revalidated by its ETag', async () => {
    const answer = await call(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(contentType)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    const etag = answer.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{24}"$/)
    const again = await call(path, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('has the headers of every other response', async () => {
    const { headers } = await call(path, { headers: { origin: 'https://shop.example.com' } })
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example.com')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers HEAD, and 405 to methods that it does not support', async () => {
    expect((await call(path, { method: 'HEAD' })).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const refused = await call(path, { method })
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
      expect(await refused.json()).toMatchObject({ type: expect.stringContaining('/problems/method-not-allowed') })
    }
  })
})

it('serves a valid AsyncAPI document of all events, with its own address', async () => {
  const text = await (await call('/asyncapi.json')).text()
  const { diagnostics, document } = await new Parser().parse(text)
  // Severities of @asyncapi/parser: 0 is an error, 1 a warning.
  expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([])
  const names =
    document
      ?.allMessages()
      .all()
      .map(message => message.name()) ?? []
  expect(names.sort()).toEqual([...eventTypes.keys()].sort())
  expect(JSON.parse(text)).toEqual(asyncApiDocument({ samples: readSamples(), publicUrl: 'http://shop.test' }))
})

describe('the page /events', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  it('shows each topic and event with its fields and samples, at an anchor', async () => {
    const pages = openPages(browser)
    const page = await pages.open(`${gateway.url}/events`, desk)
    const anchors = await page.evaluate('[...document.querySelectorAll("[id]")].map(({ id }) => id)')
    expect(anchors).toEqual(expect.arrayContaining([...eventTopics, ...eventTypes.keys()]))
    for (const { name, data } of eventTypes.values()) {
      const section = page.locator(`section#${name}`)
      expect(await section.locator('tbody th').allTextContents()).toEqual(
        fieldsOf(data as JsonSchema).map(({ path }) => path),
      )
      const shown = (await section.locator('pre').allTextContents()).map(text => JSON.parse(text))
      expect(shown).toEqual(readSamples().flatMap(sample => (sample.type === name ? [sample.data] : [])))
    }
    expect(await pages.close()).toEqual([])
  })

  it('is linked from the API’s documentation', async () => {
    const pages = openPages(browser)
    const page = await pages.open(`${gateway.url}/docs`)
    await page.waitForSelector('.info a[href="/events"]')
    expect(await pages.close()).toEqual([])
  })

  it('fits phones and screens without errors, and leads to an event', async () => {
    const pages = openPages(browser)
    const page = await pages.open(`${gateway.url}/events`)
    for (const width of [320, 375, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      expect([width, await tooWidePx(page)]).toEqual([width, 0])
    }
    await page.click('nav a[href="#OrderPaid"]')
    // Below the header, which stays at the top.
    const topPx = () => page.evaluate<number>('document.querySelector("#OrderPaid").getBoundingClientRect().top')
    await waitUntil(async () => Math.abs((await topPx()) - 80) < 2, { what: 'the page was scrolled to the event' })
    expect(await pages.close()).toEqual([])
  })
})
