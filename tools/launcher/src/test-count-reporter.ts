import { randomUUID } from 'node:crypto'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestModule } from 'vitest/node'
import { readReportDir } from './config.ts'
import { writeJson } from './json-file.ts'
import { repositoryRoot } from './paths.ts'
import type { Counts } from './test-counts.ts'

/** The message of an error without the diff below it. */
const firstLine = (message = 'no reason given') => stripVTControlCharacters(message).split('\n', 1)[0]

/** Writes the counts of one vitest run into a folder, where `npm test` adds up those of all packages. */
export default class TestCountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const dir = readReportDir()
    if (dir === undefined) return
    const counts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] }
    const fail = (what: string) => {
      counts.failed++
      counts.failures.push(what)
    }
    for (const module of modules) {
      const file = relative(repositoryRoot, module.moduleId)
      const tests = [...module.children.allTests()]
      for (const test of tests) {
        const { state, errors } = test.result()
        if (state === 'failed') fail(`${file} > ${test.fullName}: ${firstLine(errors?.[0]?.message)}`)
        else if (state !== 'pending') counts[state]++
      }
      // A file that can't be loaded, or whose hook fails, has no failed test.
      if (!module.ok() && !tests.some(test => test.result().state === 'failed')) fail(file)
    }
    for (const error of unhandledErrors) fail(`outside any test: ${error instanceof Error ? error.message : error}`)
    writeJson(join(dir, `${randomUUID()}.json`), counts)
  }
}
