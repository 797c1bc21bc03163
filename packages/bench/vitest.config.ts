import { defineConfig } from 'vitest/config'

// CPU time is measured, not waited for: on a busy machine it takes long to get.
export default defineConfig({ test: { testTimeout: 60_000 } })
