import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localDir } from '@alipay-checkout/launcher'
import packed from '@sparticuz/chromium'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { keepBrowserUnpacked } from './config.ts'

/** Where tests leave what the pages look like, for people. */
const screenshotDir = join(localDir, 'screenshots')

/** The packed Chromium, which is one for Linux on x64; elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  mkdirSync(screenshotDir, { recursive: true })
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' })
  mkdirSync(keepBrowserUnpacked(), { recursive: true })
  const executablePath = await packed.executablePath()
  // Without its sandbox, because that does not work as root and in containers; it sees nothing but our own pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
}

/** How a shopper looks at the shop. */
export interface Look {
  width: 375 | 1280
  locale: 'zh-CN' | 'en-GB'
}

export const phone: Look = { width: 375, locale: 'zh-CN' }
export const desk: Look = { width: 1280, locale: 'en-GB' }

/** A browser window with nothing remembered, and everything that its pages complained about. */
export interface Window {
  context: BrowserContext
  page: Page
  /** Errors on the console, and uncaught ones. */
  complaints: string[]
}

export async function openWindow(browser: Browser, { width, locale }: Look): Promise<Window> {
  const context = await browser.newContext({ viewport: { width, height: width === 375 ? 740 : 800 }, locale })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  return { context, page, complaints }
}

/** Keeps a picture of the whole page, and gives back how far it is wider than the window, px. */
export async function picture(page: Page, name: string, { width, locale }: Look): Promise<number> {
  // What stays in sight while scrolling would be in the middle of the picture.
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.screenshot({ path: join(screenshotDir, `${name}-${width}-${locale}.png`), fullPage: true })
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
