import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const preload = fileURLToPath(new URL('skewed-clock.ts', import.meta.url))

it.each([90_000, -90_000])('changes what a process takes for now by %i ms, and nothing else', offsetMs => {
  const script = `const past = new Date(Date.UTC(2026, 0, 2))
    const copy = structuredClone(new Date(1))
    console.log(JSON.stringify([Date.now(), new Date().getTime(), past.getTime(), past instanceof Date, copy instanceof Date]))`
  const env = { ...process.env, FAULT_CLOCK_OFFSET_MS: String(offsetMs) }
  const before = Date.now()
  const output = execFileSync(process.execPath, ['--import', preload, '-e', script], { env, encoding: 'utf8' })
  const after = Date.now()
  const [now, today, past, ...dates] = JSON.parse(output)
  for (const moment of [now, today]) {
    expect(moment - offsetMs).toBeGreaterThanOrEqual(before)
    expect(moment - offsetMs).toBeLessThanOrEqual(after)
  }
  expect([past, ...dates]).toEqual([Date.UTC(2026, 0, 2), true, true])
})
