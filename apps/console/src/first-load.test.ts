import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const mostBytes = 400 * 1024
let folder: string

beforeAll(async () => {
  // Otherwise React's development version is built.
  vi.stubEnv('NODE_ENV', 'production')
  folder = await mkdtemp(join(tmpdir(), 'console-'))
  await build({ root, mode: 'production', logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } })
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

it('loads at most 400 KB, compressed, before its first page is shown', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file as string)
  expect(files.some(file => file.endsWith('.js')) && files.some(file => file.endsWith('.css'))).toBe(true)
  const sizes = await Promise.all(files.map(async file => (await stat(join(folder, `${file}.gz`))).size))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(mostBytes)
})

it('has no inline script or style, which the content security policy refuses', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)| style=| on\w+=/)
  expect(html).toContain('<meta name="csp-nonce" content="__CSP_NONCE__" />')
})
