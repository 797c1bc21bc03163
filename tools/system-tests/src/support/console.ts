import type { Browser } from 'playwright-core'
import { openWindow, type Window } from './browser.ts'
import { system } from './system.ts'

/** Who signs in to the console, and their browser. */
export interface Visit {
  /** The `sub` of the session: the actor in the audit log. */
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
    headers: { origin: system.consoleUrl, 'x-requested-with': 'console' },
    data: { name, roles },
  })
  if (!answer.ok()) throw new Error(`the demo sign-in answered ${answer.status()}: ${await answer.text()}`)
  return {
    ...window,
    async show(path) {
      await window.page.goto(`${system.consoleUrl}${path}`)
      await window.page.getByRole('heading', { level: 1 }).waitFor()
    },
  }
}

export interface ConsoleWindow extends Window {
  /** Opens a page of the console, such as `/orders`, and waits for its heading. */
  show(path: string): Promise<void>
}
