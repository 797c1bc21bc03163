import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type BuildOptions, build, type Plugin, stop } from 'esbuild'
import { bundledPrograms, bundleOf, stampFile } from './programs.ts'

/**
 * Joins each program and its libraries into one file of JavaScript without types.
 *
 * @param root the checkout, with its packages installed
 * @param target the folder below which the bundles are written; the checkout by default
 * @throws Error naming the file and line that can't be bundled
 */
export async function bundlePrograms(root: string, target = root): Promise<void> {
  const options: BuildOptions & { write: false } = {
    absWorkingDir: root,
    entryPoints: bundledPrograms.map(program => ({ in: program, out: bundleOf(program).replace(/\.js$/, '') })),
    outdir: target,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // It reads files beside its own.
    external: ['@fastify/swagger-ui'],
    // BullMQ compares the names of error classes, which esbuild changes where two classes have the same.
    keepNames: true,
    // Node keeps the text in memory. Names stay, so that stack traces tell where an error comes from.
    minifyWhitespace: true,
    lineLimit: 120,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [addressesOfSources(root)],
    // CommonJS libraries call `require` for modules of Node.
    banner: {
      js: "import { createRequire as createRequireOfNode } from 'node:module'\nconst require = createRequireOfNode(import.meta.url)",
    },
  }
  // Its process would stay as long as this one, with several hundred MB.
  const { outputFiles } = await build(options).finally(stop)
  // What a bundle was made of is not known before all of them are written.
  await rm(join(target, stampFile), { force: true })
  await Promise.all(outputFiles.map(({ path, text }) => replaceFile(path, inAscii(text))))
}

/**
 * In the project's own sources, `import.meta.url` stays the address of the source: they read files beside it. Every
 * bundle is as deep in the checkout as the others, so that the same relative address leads there from each.
 */
const addressesOfSources = (root: string): Plugin => ({
  name: 'addresses-of-sources',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (/[/\\]node_modules[/\\]/.test(path)) return undefined
      const source = await readFile(path, 'utf8')
      const other = /\bimport\.meta\.(?!url\b|resolve\b)\w+/.exec(source)
      if (other !== null) {
        const location = { file: relative(root, path), line: source.slice(0, other.index).split('\n').length }
        return { errors: [{ text: `${other[0]} is not known in a bundle: use import.meta.url`, location }] }
      }
      const address = `new URL(${JSON.stringify(`../../../${relative(root, path)}`)}, import.meta.url).href`
      return { loader: 'ts', contents: source.replace(/\bimport\.meta\.url\b/g, address) }
    })
  },
})

/**
 * The same program without any character that is not ASCII: with a single one, V8 keeps all of the text in two bytes per
 * character. esbuild has escaped them in strings; the rest is in comments, regular expressions and tagged templates.
 */
function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A program that starts meanwhile reads the old file or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = join(dirname(path), `.${process.pid}-${performance.now()}`)
  await writeFile(unfinished, text)
  await rename(unfinished, path)
}
