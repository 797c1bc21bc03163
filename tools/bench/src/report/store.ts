import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../measure/machine.ts'
import type { ScenarioName } from '../scenarios/names.ts'
import type { ScenarioResult } from '../scenarios/run.ts'
import { renderReport } from './render.ts'

/** A scenario's last result, and where it was measured. */
export type StoredResult = ScenarioResult & { at: string; machine: Machine }

/** The last results of every scenario that was ever measured. */
export type StoredResults = Partial<Record<ScenarioName, StoredResult>>

/** Where results and the page about them are kept. */
export const reportDir = fileURLToPath(new URL('../../report', import.meta.url))

/** Puts a result in the place of the scenario's last one and makes the page anew. Gives back the page's path. */
export function keepResult(name: ScenarioName, result: StoredResult, dir = reportDir): string {
  const file = join(dir, 'results.json')
  const page = join(dir, 'index.html')
  const results: StoredResults = { ...readResults(file), [name]: result }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(page, renderReport(results))
  return page
}

function readResults(file: string): StoredResults {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoredResults) : {}
}
