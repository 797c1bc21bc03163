import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { consoleFiles } from '@alipay-checkout/console'
import type { HttpApp } from '@alipay-checkout/service-kit'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { messagePage } from './message-page.ts'
import { contentSecurityPolicy } from './security-headers.ts'

const aYearMs = 365 * 24 * 60 * 60 * 1000

/** Serves the built console: its files, and for every other path its document, which shows the page of that path. */
export async function addSiteFiles(app: HttpApp, folder = consoleFiles): Promise<void> {
  // In a scope of its own, because the jobs board adds the same plugin.
  await app.register(async scope => {
    await scope.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, suppressWarning: true })
    const route = { schema: { hide: true } as object, config: { rateLimit: false } }
    scope.get('/*', route, (request, reply) => {
      const path = decodeURIComponent(request.url.split('?', 1)[0] as string)
      if (/^\/(api|auth|jobs-board)(\/|$)/.test(path)) return reply.callNotFound()
      reply.header('vary', 'accept-encoding')
      // The names of these files contain a hash of their content.
      if (path.startsWith('/assets/')) return reply.sendFile(path, { immutable: true, maxAge: aYearMs })
      const isPage =
        !path.includes('.', path.lastIndexOf('/')) || request.headers.accept?.includes('text/html') === true
      return isPage ? sendDocument(request, reply, folder) : reply.sendFile(path, { maxAge: 0 })
    })
  })
}

async function sendDocument(_request: FastifyRequest, reply: FastifyReply, folder: string): Promise<FastifyReply> {
  const document = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
  if (document === undefined) return messagePage(reply, 'not-built')
  const nonce = randomBytes(16).toString('base64')
  reply.header('content-security-policy', contentSecurityPolicy(nonce))
  return reply.send(document.replace(/(<meta name="csp-nonce" content=")[^"]*/, `$1${nonce}`))
}
