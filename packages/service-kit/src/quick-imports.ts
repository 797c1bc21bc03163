import { registerHooks } from 'node:module'

// To be loaded with `node --import`, before a service. Node parses the package.json of every file that it imports, each
// time; drizzle-orm has hundreds of files and a package.json of 180 KB, which took a second of each start. This resolves
// imports between its files without reading the package.json.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context
    if (parentURL === undefined || !specifier.startsWith('.') || !parentURL.includes('/node_modules/drizzle-orm/'))
      return nextResolve(specifier, context)
    const format = parentURL.endsWith('.cjs') ? 'commonjs' : 'module'
    return { url: new URL(specifier, parentURL).href, format, shortCircuit: true }
  },
})
