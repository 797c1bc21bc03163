import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { localDir } from '@alipay-checkout/launcher'
import packed from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepBrowserUnpacked } from '../config.ts'
import { renderReport } from './render.ts'
import { reportDir } from './store.ts'

const pageFile = join(reportDir, 'index.html')
const screenshotDir = join(localDir, 'screenshots')

let browser: Browser
beforeAll(async () => {
  mkdirSync(screenshotDir, { recursive: true })
  browser = await launch()
})
afterAll(() => browser?.close())

/** The packed Chromium, which is one for Linux on x64; elsewhere the Chrome that is installed. */
async function launch(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' })
  const folder = join(localDir, 'cache', 'browser')
  mkdirSync(folder, { recursive: true })
  keepBrowserUnpacked(folder)
  const executablePath = await packed.executablePath()
  // Without its sandbox, because that does not work as root and in containers; it sees nothing but our own page.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
}

it('the page shows the results that are kept beside it', () => {
  const results = JSON.parse(readFileSync(join(reportDir, 'results.json'), 'utf8'))
  expect(readFileSync(pageFile, 'utf8')).toBe(renderReport(results))
})

it.each([375, 1280])('the page fits a window of %d px, and nothing overlaps in its charts', async width => {
  const context = await browser.newContext({ viewport: { width, height: 800 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(pathToFileURL(pageFile).href)
  await page.screenshot({ path: join(screenshotDir, `bench-report-${width}.png`), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  expect(await page.evaluate(overlappingLabels)).toEqual([])
  expect(complaints).toEqual([])
  await context.close()
})

/** Runs in the page: texts of a chart that lie on one another. */
function overlappingLabels(): string[] {
  return [...document.querySelectorAll('svg')].flatMap(svg => {
    const texts = [...svg.querySelectorAll('text')].map(text => ({
      text: text.textContent,
      box: text.getBoundingClientRect(),
    }))
    return texts.flatMap((a, index) =>
      texts
        .slice(index + 1)
        .filter(
          b =>
            a.box.left < b.box.right &&
            b.box.left < a.box.right &&
            a.box.top + 3 < b.box.bottom &&
            b.box.top + 3 < a.box.bottom,
        )
        .map(b => `${a.text} / ${b.text}`),
    )
  })
}
