import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { hasSecureServers } from './src/support/config.ts'

class OutagesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // So that a fault of everything else shows first.
    const isLast = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('/outages.test.ts'))
    return [...files].sort((a, b) => isLast(a) - isLast(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

export default defineConfig({
  test: {
    // Only servers that demand TLS and passwords can show that it is used.
    exclude: [...configDefaults.exclude, ...(hasSecureServers() ? [] : ['src/secure-servers.test.ts'])],
    globalSetup: ['src/support/global-setup.ts'],
    // One system serves all files, and the faults of one file affect the others.
    fileParallelism: false,
    isolate: false,
    sequence: { sequencer: OutagesLast },
    // Other packages are tested at the same time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 180_000,
    expect: { poll: { timeout: 20_000, interval: 25 } },
  },
})
