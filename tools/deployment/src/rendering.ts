import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { chartFolder } from './paths.ts'

const valuesFolder: string = join(import.meta.dirname, '..', 'values')
export const renderedFolder: string = join(import.meta.dirname, '..', 'rendered')

/** Holds the fingerprint of what was rendered. */
export const fingerprintFile: string = join(renderedFolder, 'fingerprint')

/** The names of the value sets. */
export const valueSets: readonly string[] = readdirSync(valuesFolder)
  .map(file => file.replace(/\.yaml$/, ''))
  .sort()

/** Arguments of Helm for the chart with a value set. */
export const chartArguments = (set: string): string[] => [chartFolder, '--values', join(valuesFolder, `${set}.yaml`)]

/** Renders the chart with a value set and further arguments of `helm template`. Throws Error with Helm's message. */
export function renderWith(helm: string, set: string, ...args: string[]): object[] {
  const output = execFileSync(helm, ['template', 'shop', ...chartArguments(set), ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: 'pipe',
  })
  return parseAllDocuments(output, { version: '1.1' }).flatMap(document => (document.toJS() as object) ?? [])
}

/** The objects as a text with a line for each. */
export const linesOf = (objects: readonly object[]): string =>
  objects.map(object => `${JSON.stringify(object)}\n`).join('')

/** A hash over everything that the renderings depend on. */
export function fingerprint(): string {
  const hash = createHash('sha256')
  const templates = readdirSync(join(chartFolder, 'templates')).map(file => join(chartFolder, 'templates', file))
  const values = valueSets.map(set => join(valuesFolder, `${set}.yaml`))
  const files = [...templates, ...values, join(chartFolder, 'Chart.yaml'), join(chartFolder, 'values.yaml')]
  for (const file of files.sort()) hash.update(relative(chartFolder, file)).update(readFileSync(file))
  return `${hash.digest('hex')}\n`
}
