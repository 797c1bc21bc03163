import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply } from 'fastify'

/**
 * Makes every path answer 405 with `Allow` to the methods that it does not support (RFC 9110, section 15.5.6). Call it
 * before the routes are added, and the function that it returns after them.
 */
export function watchRoutes(app: HttpApp): () => void {
  const methodsByUrl = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByUrl.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    methodsByUrl.set(url, methods)
  })
  return () => {
    for (const [url, methods] of methodsByUrl) {
      // A wildcard matches paths that do not exist, and those must stay 404.
      if (url.includes('*')) continue
      const allowed = [...methods].join(', ')
      const other = app.supportedMethods.filter(method => !methods.has(method))
      const refuse = async (_request: unknown, reply: FastifyReply) => {
        reply.header('allow', allowed)
        throw new Problem('method-not-allowed', `This address supports ${allowed}.`)
      }
      // `onRequest` refuses before the body is read.
      app.route({ method: other, url, schema: { hide: true } as object, onRequest: refuse, handler: refuse })
    }
  }
}
