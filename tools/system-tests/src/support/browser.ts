import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localDir } from '@alipay-checkout/launcher'
import packed from '@sparticuz/chromium'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { keepBrowserUnpacked } from './config.ts'

/** Screenshots are kept here for people to look at. */
const screenshotDir = join(localDir, 'screenshots')

/** The packed Chromium, which is one for Linux on x64; elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  mkdirSync(screenshotDir, { recursive: true })
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' })
  mkdirSync(keepBrowserUnpacked(), { recursive: true })
  const executablePath = await packed.executablePath()
  // Without its sandbox, because that does not work as root and in containers; it loads only our own pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
}

/** A browser's width and language, and what it says it is. */
export interface Device {
  width: number
  locale: 'zh-CN' | 'en-GB'
  userAgent?: string
  colorScheme?: 'light' | 'dark'
}

export const phone: Device = {
  width: 375,
  locale: 'zh-CN',
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
}
export const desk: Device = { width: 1280, locale: 'en-GB' }

/** A browser window without stored data, and the errors and warnings of its pages. */
export interface Window {
  context: BrowserContext
  page: Page
  /** Errors on the console, and uncaught ones. */
  consoleErrors: string[]
}

export async function openWindow(browser: Browser, { width, ...options }: Device): Promise<Window> {
  const viewport = { width, height: width === 375 ? 740 : 800 }
  const context = await browser.newContext({ viewport, ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const consoleErrors: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') consoleErrors.push(message.text())
  })
  page.on('pageerror', error => consoleErrors.push(error.message))
  return { context, page, consoleErrors }
}

/** Takes a screenshot of the whole page, and returns by how many px it is wider than the window. */
export async function screenshot(page: Page, name: string, { width, locale }: Device): Promise<number> {
  // Sticky elements would be in the middle of the screenshot.
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.screenshot({ path: join(screenshotDir, `${name}-${width}-${locale}.png`), fullPage: true })
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
