import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

class OutagesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // By then everything else has been seen to work.
    const isLast = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('/outages.test.ts'))
    return [...files].sort((a, b) => isLast(a) - isLast(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

export default defineConfig({
  test: {
    globalSetup: ['src/parts/global-setup.ts'],
    // One system serves all files, and a file's faults are everybody's.
    fileParallelism: false,
    sequence: { sequencer: OutagesLast },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 10_000, interval: 25 } },
  },
})
