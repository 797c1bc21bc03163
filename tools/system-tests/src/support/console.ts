import type { AuditEntry, AuditPage } from '@alipay-checkout/contracts'
import type { Browser, Locator } from 'playwright-core'
import { openWindow, type Window } from './browser.ts'
import { call } from './http.ts'
import { admin, ok } from './shop.ts'
import { system } from './system.ts'

/** Who signs in to the console, and their browser. */
export interface Visit {
  name: string
  roles: string[]
  /** px; default: 1280. */
  width?: number
  locale?: 'zh-CN' | 'en-GB'
  colorScheme?: 'light' | 'dark'
}

/** Opens a browser window of its own and signs in to the console by its demo sign-in. Open a page with `show`. */
export async function openConsole(browser: Browser, visit: Visit): Promise<ConsoleWindow> {
  const { name, roles, width = 1280, locale = 'en-GB', colorScheme = 'light' } = visit
  const window = await openWindow(browser, { width, locale, colorScheme })
  // The cookie of the answer is stored in the context.
  const answer = await window.context.request.post(`${system.consoleUrl}/auth/demo`, {
    headers: fromConsole(),
    data: { name, roles },
  })
  if (!answer.ok()) throw new Error(`the demo sign-in answered ${answer.status()}: ${await answer.text()}`)
  return {
    ...window,
    id: `demo-${name.toLowerCase()}`,
    async show(path) {
      await window.page.goto(`${system.consoleUrl}${path}`)
      await window.page.getByRole('heading', { level: 1 }).waitFor()
    },
    async post(path, data = {}) {
      const url = `${system.consoleUrl}/api/admin${path}`
      const answer = await window.context.request.post(url, { headers: fromConsole(), data })
      return { status: answer.status(), body: await answer.json() }
    },
  }
}

export interface ConsoleWindow extends Window {
  /** The person: the actor in the audit log. */
  id: string
  /** Opens a page of the console, such as `/orders`, and waits for its heading. */
  show(path: string): Promise<void>
  /** Sends a change to the admin API with the session of this person. */
  post(path: string, data?: object): Promise<{ status: number; body: unknown }>
}

/** What the console's pages send with each change. */
const fromConsole = () => ({ origin: system.consoleUrl, 'x-requested-with': 'console' })

/** Clicks, and fails at the sixth: a task of the console takes five at most. Typing and Enter are no clicks. */
export function fiveClicks(): (target: Locator) => Promise<void> {
  let clicks = 0
  return async target => {
    clicks++
    if (clicks > 5) throw new Error(`the task takes more than five clicks: ${target}`)
    await target.click()
  }
}

/** What the audit log has about an object, or about an order and what belongs to it. Newest first. */
export async function readAudit(object: string, action: AuditEntry['action']): Promise<AuditEntry[]> {
  const query = new URLSearchParams({ object, action })
  return (await ok(call<AuditPage>('GET', `/api/admin/audit-log?${query}`, { token: admin }))).items
}
