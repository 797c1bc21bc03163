import { defineConfig } from 'vitest/config'

// Some tests start Node programs: a busy machine needs more than the default of five seconds.
export default defineConfig({ test: { isolate: false, testTimeout: 120_000 } })
