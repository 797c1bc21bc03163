import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { buildHttpApp, createLogger, type HttpApp } from '@alipay-checkout/service-kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addSiteFiles } from './site-files.ts'

const document = '<!doctype html><head><meta name="csp-nonce" content="__CSP_NONCE__" /></head>'
const script = 'console.log(1)'

let folder: string
let app: HttpApp

async function serve(root: string): Promise<HttpApp> {
  const site = buildHttpApp({ logger: createLogger('gateway', 'silent'), readiness: {} })
  await addSiteFiles(site, root)
  return site
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-files-'))
  mkdirSync(join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'dist/index.html'), document)
  writeFileSync(join(folder, 'dist/icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'dist/assets/main-abc123.js'), script)
  writeFileSync(join(folder, 'dist/assets/main-abc123.js.br'), brotliCompressSync(script))
  app = await serve(join(folder, 'dist'))
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

it.each(['/', '/orders', '/orders/ord_1?tab=audit', '/stock/sku.1'])(
  'answers %s with the document and a nonce of its own',
  async url => {
    const answers = await Promise.all([1, 2].map(() => app.inject({ url, headers: { accept: 'text/html,*/*' } })))
    const nonces = answers.map(({ statusCode, headers, body }) => {
      expect([statusCode, headers['cache-control']]).toEqual([200, 'no-cache'])
      const nonce = /content="([\w+/=]+)"/.exec(body)?.[1] ?? ''
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
      expect(headers['content-security-policy']).not.toContain('unsafe')
      return nonce
    })
    expect(nonces[0]).not.toBe(nonces[1])
  },
)

it('serves hashed files compressed and for good, and others revalidated', async () => {
  const url = '/assets/main-abc123.js'
  const compressed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } })
  expect(compressed.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringContaining('javascript; charset=utf-8'),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  })
  expect((await app.inject({ url })).body).toBe(script)
  expect((await app.inject('/icon.svg')).headers['cache-control']).toBe('public, max-age=0')
})

it.each([
  '/assets/old.js',
  '/favicon.ico',
  '/%zz',
  '/%ff',
  '/assets/',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
])('does not find %s', async url => {
  const { statusCode, body } = await app.inject(url)
  expect([400, 404]).toContain(statusCode)
  expect(JSON.parse(body)).toMatchObject({ type: expect.stringMatching('^/problems/') })
})

it('says how to build the console where that has not been done', async () => {
  const unbuilt = await serve(join(folder, 'nowhere'))
  const { statusCode, body } = await unbuilt.inject('/orders')
  expect([statusCode, body]).toEqual([503, expect.stringContaining('npm start')])
  await unbuilt.close()
})
