import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply } from 'fastify'

/**
 * Has every address that exists answer 405, with `Allow`, to the methods that it does not take (RFC 9110, section
 * 15.5.6). Call before the routes are added, and what it gives back after them.
 */
export function refuseOtherMethods(app: HttpApp): () => void {
  const taken = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    taken.set(url, methods)
  })
  return () => {
    for (const [url, methods] of taken) {
      // What stands for many addresses, most of which do not exist.
      if (url.includes('*')) continue
      const allowed = [...methods].join(', ')
      const other = app.supportedMethods.filter(method => !methods.has(method))
      const refuse = async (_request: unknown, reply: FastifyReply) => {
        reply.header('allow', allowed)
        throw new Problem('method-not-allowed', `This address takes ${allowed}.`)
      }
      // Before a body is read.
      app.route({ method: other, url, schema: { hide: true } as object, onRequest: refuse, handler: refuse })
    }
  }
}
