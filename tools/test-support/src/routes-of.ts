/** One route of an app. */
export interface Route {
  method: string
  /** With its parameters' names, as it was declared: `/orders/:orderId`. */
  url: string
}

/**
 * Every route of a fastify app, but the HEAD and OPTIONS ones that come by themselves.
 *
 * @param printed what its `printRoutes({ commonPrefix: false })` gives, once it is ready: a tree, four columns a level
 */
export function routesOf(printed: string): Route[] {
  const path: string[] = []
  return printed.split('\n').flatMap(line => {
    const at = line.indexOf('── ')
    if (at < 0) return []
    const depth = (at - 1) / 4
    const [, part = '', methods = ''] = /^(\S*)(?: \((.*)\))?/.exec(line.slice(at + 3)) ?? []
    path.splice(depth, Infinity, part)
    const url = path.join('')
    const own = methods.split(', ').filter(method => method !== '' && method !== 'HEAD' && method !== 'OPTIONS')
    return own.map(method => ({ method, url }))
  })
}
