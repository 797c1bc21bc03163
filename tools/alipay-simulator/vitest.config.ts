import { defineConfig } from 'vitest/config'

// Key pairs are made and processes started for real; a busy machine needs more than the default five seconds.
export default defineConfig({ test: { isolate: false, testTimeout: 120_000, hookTimeout: 120_000 } })
