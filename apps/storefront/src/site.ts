import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { escapeHtml } from './plain-page.ts'

/** A file that is served from memory. */
interface Asset {
  contentType: string
  body: Buffer
  gzipped: Buffer
}

export interface PageSite {
  assets: ReadonlyMap<string, Asset>
  /** Contains a hash of all assets, so that files below it can be cached forever. */
  assetsPath: string
  stylesheet: string
  /** For pages with a link to copy. */
  copyLinkScript: string
}

/** A module that the shop's pages do not load. */
const copyLink = 'copy-link.ts'

const browserFolder = fileURLToPath(new URL('browser', import.meta.url))
/** More than all scripts of the pages together. */
const scriptBytesMax = 16 * 1024 * 1024

/** The libraries that the pages import by name, and the file that is served for each. */
const libraries: Record<string, { asset: string; file: (packageFolder: string) => string }> = {
  preact: { asset: 'preact.js', file: folder => join(folder, 'dist/preact.mjs') },
  'preact/hooks': { asset: 'preact-hooks.js', file: folder => join(folder, 'hooks/dist/hooks.mjs') },
  htm: { asset: 'htm.js', file: folder => join(folder, 'dist/htm.mjs') },
}

/**
 * Reads the sources of the pages once. There is no build: each TypeScript module is served with its types stripped, and
 * imports of libraries by name are rewritten to files next to it.
 */
export async function loadPageSite(): Promise<PageSite> {
  const files = readdirSync(browserFolder)
  const pathOf = (file: string) => join(browserFolder, file)
  const modules = files.filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const scripts = await stripTypes(modules.map(pathOf))
  const sources = new Map(modules.map((file, index) => [file, forBrowser(scripts[index] as string)]))
  for (const file of files) if (/\.(css|svg)$/.test(file)) sources.set(file, readFileSync(pathOf(file), 'utf8'))
  const require = createRequire(import.meta.url)
  for (const [name, { asset, file }] of Object.entries(libraries)) {
    const packageFolder = folderOf(require.resolve(name), name.split('/', 1)[0] as string)
    sources.set(asset, forBrowser(readFileSync(file(packageFolder), 'utf8')))
  }
  const version = createHash('sha256')
    .update(JSON.stringify([...sources]))
    .digest('hex')
    .slice(0, 12)
  const assetsPath = `/assets/${version}`
  const assets = new Map(Array.from(sources, ([name, text]) => [name, toAsset(name, text)]))
  return { assets, assetsPath, stylesheet: `${assetsPath}/shop.css`, copyLinkScript: `${assetsPath}/${copyLink}` }
}

/** Strips types in a process of its own, because Node's parser would keep 20 MB of this one until it ends. */
async function stripTypes(files: readonly string[]): Promise<string[]> {
  const program = fileURLToPath(new URL('strip-types-program.ts', import.meta.url))
  const options = { maxBuffer: scriptBytesMax }
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program, ...files], options)
  return JSON.parse(stdout)
}

/** The folder of a package, from the path of one of its files. */
function folderOf(file: string, packageName: string): string {
  let folder = dirname(file)
  while (!folder.endsWith(join('node_modules', packageName))) folder = dirname(folder)
  return folder
}

function forBrowser(source: string): string {
  const named = source.replace(
    /(\bfrom\s*)(["'])(preact\/hooks|preact|htm)\2/g,
    (_match, from: string, _quote, name: string) => {
      return `${from}"./${libraries[name]?.asset}"`
    },
  )
  return named.replace(/^\/\/# sourceMappingURL=.*$/gm, '')
}

function toAsset(name: string, text: string): Asset {
  const contentType = name.endsWith('.css') ? 'text/css' : name.endsWith('.svg') ? 'image/svg+xml' : 'text/javascript'
  const body = Buffer.from(text)
  return { contentType: `${contentType}; charset=utf-8`, body, gzipped: gzipSync(body) }
}

/** Which of the gateway's routes for the demo shop exist. */
interface DemoRoutes {
  demoLogin: boolean
  demoQuote: boolean
}

/** Adds the routes of the pages and their assets. All pages are one document, which renders the page of its address. */
export function addStorefront(app: HttpApp, site: PageSite, options: DemoRoutes): void {
  const document = storefrontDocument(site, options)
  const etag = `"${createHash('sha256').update(document).digest('hex').slice(0, 24)}"`
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    // The address of a result page contains a signature, but the document is the same for every visitor.
    reply.header('cache-control', 'no-cache').header('etag', etag)
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.header('content-type', 'text/html; charset=utf-8').send(document)
  }
  // Shoppers of a mobile network share addresses, and who comes back from Alipay must get the page.
  const notLimited = { schema: { hide: true } as object, config: { rateLimit: false as const } }
  for (const url of ['/', '/orders', '/orders/:id', '/payment/result', '/payment/result/:orderId/:t/:sign']) {
    app.get(url, notLimited, page)
  }
  app.get('/favicon.ico', notLimited, async (_request, reply) => reply.redirect(`${site.assetsPath}/icon.svg`))
  app.get('/assets/:version/:file', notLimited, async (request, reply) => {
    const { version, file } = request.params as { version: string; file: string }
    const asset = site.assets.get(file)
    if (!asset) return reply.callNotFound()
    // During an upgrade the document is another replica's: this one's file may do, and must not be kept for it.
    const isOwn = site.assetsPath === `/assets/${version}`
    const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    reply.header('cache-control', isOwn ? 'public, max-age=31536000, immutable' : 'no-store')
    reply.header('content-type', asset.contentType).header('vary', 'accept-encoding')
    if (gzip) reply.header('content-encoding', 'gzip')
    return reply.send(gzip ? asset.gzipped : asset.body)
  })
}

function storefrontDocument(
  { assets, assetsPath, stylesheet }: PageSite,
  { demoLogin, demoQuote }: DemoRoutes,
): string {
  const preloads = [...assets.keys()]
    .filter(name => /\.(ts|js)$/.test(name) && name !== copyLink)
    .map(name => `<link rel="modulepreload" href="${assetsPath}/${escapeHtml(name)}">`)
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="demo-login" content="${demoLogin}">
<meta name="demo-quote" content="${demoQuote}">
<title>青山茶舍 · Qingshan Tea</title>
<link rel="icon" href="${assetsPath}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylesheet}">
${preloads.join('\n')}
<script type="module" src="${assetsPath}/app.ts"></script>
</head>
<body>
<div id="app"><main class="page narrow"><section class="notice starting" role="status">
<p>正在加载… 如果长时间没有内容，请<a href="">刷新页面</a>。</p>
<p lang="en">Loading… If nothing appears, <a href="">reload the page</a>.</p>
</section></main></div>
<noscript>
<main class="page narrow"><section class="notice">
<h1>请启用 JavaScript</h1>
<p>本页面需要 JavaScript 才能显示商品和订单。您的订单不受影响。</p>
<p lang="en">This page needs JavaScript to show products and orders. Your orders are safe.</p>
</section></main>
</noscript>
</body>
</html>
`
}
