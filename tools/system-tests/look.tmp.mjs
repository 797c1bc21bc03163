import packed from '@sparticuz/chromium'
import { chromium } from 'playwright-core'
const base = process.argv[2] ?? 'http://127.0.0.1:18090'
const browser = await chromium.launch({ executablePath: await packed.executablePath(), args: ['--no-sandbox', '--disable-gpu'] })
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
const page = await context.newPage()
page.setDefaultTimeout(60000)
page.on('console', m => { if (m.type() === 'error') console.log('console', m.text().slice(0, 300)) })
page.on('pageerror', e => console.log('pageerror', String(e).slice(0, 300)))
page.on('response', r => { if (r.status() >= 400) console.log(r.status(), r.url()) })
await page.goto(base)
await page.waitForLoadState('networkidle')
await page.screenshot({ path: '/tmp/shots/sign-in.png' })
const answer = await page.evaluate(async () => { const r = await fetch('/auth/demo', { method: 'POST', headers: { 'content-type': 'application/json', 'x-requested-with': 'console' }, body: JSON.stringify({ name: 'Mei', roles: ['owner'] }) }); return r.status })
console.log('demo', answer)
for (const p of process.argv.slice(3)) {
  await page.goto(base + p)
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: `/tmp/shots/${p.replaceAll('/', '_')}.png`, fullPage: true })
  console.log(p, await page.title(), await page.evaluate(() => document.documentElement.scrollWidth))
}
await browser.close()
