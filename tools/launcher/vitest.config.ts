import { defineConfig } from 'vitest/config'

// Servers are started and stopped; a busy machine needs more than the default of five seconds.
export default defineConfig({ test: { isolate: false, testTimeout: 180_000, hookTimeout: 180_000 } })
