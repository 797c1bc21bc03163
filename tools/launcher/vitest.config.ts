import { defineConfig } from 'vitest/config'

// The test files of a worker share its modules, because loading them again for each file takes CPU time.
export default defineConfig({ test: { isolate: false } })
