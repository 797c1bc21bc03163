import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './paths.ts'

/** Every setting that a service reads stands at the beginning of a line of its config.ts. */
function settingsOfServices(): string[] {
  const files = globSync(['services/*/src/config.ts', 'packages/service-kit/src/config.ts'], { cwd: repositoryRoot })
  expect(files.length).toBeGreaterThanOrEqual(5)
  return files.flatMap(file =>
    [...readFileSync(join(repositoryRoot, file), 'utf8').matchAll(/(?:^|[{,])\s*([A-Z][A-Z0-9_]+):/gm)].map(
      ([, name]) => name as string,
    ),
  )
}

const lines = readFileSync(join(repositoryRoot, '.env.example'), 'utf8').split('\n')

test('docker-compose.yml hands on every setting of every service', () => {
  const compose = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8')
  const handedOn = new Set([...compose.matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name))
  expect(settingsOfServices().filter(name => !handedOn.has(name))).toEqual([])
})

test('.env.example names every setting of every service', () => {
  const named = new Set(lines.map(line => /^#?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1]).filter(Boolean))
  expect(settingsOfServices().filter(name => !named.has(name))).toEqual([])
})

test('each variable of .env.example has a sentence above it, and none is set', () => {
  for (const [index, line] of lines.entries()) {
    if (!/^#?[A-Z][A-Z0-9_]+=/.test(line)) continue
    expect(line).toMatch(/^#/)
    expect(lines[index - 1]).toMatch(/^# .{15}/)
  }
})
