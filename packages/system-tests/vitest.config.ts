import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes servers down comes last: by then everything else has been seen to work. */
const last = ['crash.test.ts', 'outages.test.ts']

class OutagesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => last.findIndex(name => moduleId.endsWith(`/${name}`))
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

export default defineConfig({
  test: {
    globalSetup: ['src/parts/global-setup.ts'],
    // One system serves all files, and a file's faults are everybody's.
    fileParallelism: false,
    // kafkajs asks for a timer in the past now and then; Node rounds it up and warns.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    sequence: { sequencer: OutagesLast },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
})
