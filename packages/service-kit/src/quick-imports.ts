import { registerHooks } from 'node:module'

// To be loaded with `node --import`, before a service. Node looks at the package.json of every file that it imports, and
// parses all of it each time; drizzle-orm has hundreds of files and a package.json of 180 KB, so that took a second of
// each start. What its files import from each other are modules without looking.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context
    if (parentURL === undefined || !specifier.startsWith('.') || !parentURL.includes('/node_modules/drizzle-orm/'))
      return nextResolve(specifier, context)
    const format = parentURL.endsWith('.cjs') ? 'commonjs' : 'module'
    return { url: new URL(specifier, parentURL).href, format, shortCircuit: true }
  },
})
