import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

/** Libraries that lose records or sessions unpatched (docs/patches.md). */
const patchedLibraries = ['kafkajs', 'postgres']

/** Leaves out libraries of which no export is used: the packages of the workspace import more than a consumer needs. */
const unusedImports: Plugin = {
  name: 'unused-imports',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'resolved') return undefined
      const resolved = await build.resolve(path, { ...rest, pluginData: 'resolved' })
      return { ...resolved, sideEffects: false }
    })
  },
}

export interface Bundle {
  code: string
  /** Names, versions and licences of the libraries in it. */
  notices: string
}

/**
 * The package as one file of plain JavaScript, with all libraries in it.
 *
 * @throws Error when an unpatched copy of a patched library would get into it
 */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../index.ts', import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // CommonJS libraries call `require` for modules of Node.
    banner: {
      js: "import { createRequire as createRequireOfNode } from 'node:module'\nconst require = createRequireOfNode(import.meta.url)",
    },
    plugins: [unusedImports],
    logLevel: 'error',
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  const [output] = Object.values(metafile.outputs)
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const libraries = librariesOf(used.map(([path]) => realpathSync(resolve(path))))
  for (const name of patchedLibraries) {
    const folders = [...libraries.entries()].filter(([, library]) => library.name === name).map(([folder]) => folder)
    if (folders.length !== 1 || !folders[0]?.includes('patch_hash='))
      throw new Error(`the patched ${name} is not what was bundled: ${folders.join(', ') || 'none'}`)
  }
  return { code: outputFiles[0]?.text ?? '', notices: noticesOf(libraries) }
}

interface Library {
  name: string
  version: string
  license: string
}

/** The libraries that files belong to, by folder. */
function librariesOf(files: readonly string[]): Map<string, Library> {
  const folders = files.map(file => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  const unique = [...new Set(folders.filter(folder => folder !== undefined))].sort()
  return new Map(
    unique.map(folder => [folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Library]),
  )
}

function noticesOf(libraries: ReadonlyMap<string, Library>): string {
  const notices = [...libraries].map(([folder, { name, version, license }]) => {
    const file = readdirSync(folder).find(one => /^licen[cs]e/i.test(one))
    const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : ''
    return `${name} ${version} (${license})\n\n${text}`.trim()
  })
  return `dist/index.js contains these libraries.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
