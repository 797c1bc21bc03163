import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import { readReportDir } from './config.ts'
import { writeJson } from './json-file.ts'
import type { Counts } from './test-counts.ts'

/** Leaves the number of passed, failed and skipped tests of one vitest run in a folder, for the sum over all packages. */
export default class TestCountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const dir = readReportDir()
    if (dir === undefined) return
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++
      }
      // A file that cannot be loaded, or whose hook fails, has no test that says so.
      if (!module.ok() && !tests.some(test => test.result().state === 'failed')) counts.failed++
    }
    writeJson(join(dir, `${randomUUID()}.json`), counts)
  }
}
