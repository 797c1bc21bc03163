import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsOf, linksOf, markdownFiles } from './markdown-files.ts'
import { repositoryRoot } from './repository.ts'

const files = markdownFiles()
const byPath = new Map(files.map(file => [file.path, file]))

describe.each(files.map(file => [file.path, file] as const))('%s', (path, file) => {
  it('has links that lead somewhere', () => {
    const dead = linksOf(file).filter(({ target }) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target))
    expect(dead).toEqual([])
  })

  it('breaks prose at 100 columns', () => {
    const long = file.lines.filter(({ text }) => [...text].length > 100 && isProse(text))
    expect(long).toEqual([])
  })
})

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)))
  if (!existsSync(join(repositoryRoot, file))) return false
  if (anchor === undefined) return true
  const document = byPath.get(file)
  return document !== undefined && anchorsOf(document).has(anchor)
}

/** Tables, and lines that are one long link or path, can't be broken. */
const isProse = (line: string) =>
  !line.trimStart().startsWith('|') && /\s/.test(line.trim().replace(/^([-*>]|\d+\.)\s+/, ''))

describe('metrics', () => {
  it('exist where monitoring.md names them', () => {
    const sources = globSync(['services/*/src/**/*.ts', 'packages/*/src/**/*.ts'], { cwd: repositoryRoot })
      .filter(path => !path.includes('test'))
      .map(path => readFileSync(join(repositoryRoot, path), 'utf8'))
      .join('\n')
    const named = [...(byPath.get('docs/operations/monitoring.md')?.text.matchAll(/^\| `([a-z_]+)`/gm) ?? [])]
    expect(named.length).toBeGreaterThan(5)
    // A metric is a text, or a field of an object of several metrics.
    const isInSources = (name: string) => sources.includes(`'${name}'`) || sources.includes(`${name}: `)
    // Those of Node and of the process are prom-client's.
    const own = named.map(([, name]) => name as string).filter(name => !/^(nodejs|process)_/.test(name))
    expect(own.filter(name => !isInSources(name))).toEqual([])
  })
})

describe('npm commands', () => {
  it('exist where documents name them', () => {
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const unknown = files.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run ([a-z:-]+)/g)].flatMap(([, name]) =>
        scripts[name as string] ? [] : [`${path}: ${name}`],
      ),
    )
    expect(unknown).toEqual([])
  })
})

describe('decisions', () => {
  it('are all in the index', () => {
    const index = byPath.get('docs/decisions/README.md')?.text ?? ''
    const missing = files.filter(({ path }) => /^docs\/decisions\/\d/.test(path) && !index.includes(basename(path)))
    expect(missing.map(({ path }) => path)).toEqual([])
  })
})
