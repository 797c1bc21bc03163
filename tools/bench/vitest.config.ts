import { defineConfig } from 'vitest/config'

export default defineConfig({
  // CPU time is measured, and a busy machine takes long to provide it.
  test: { isolate: false, testTimeout: 120_000 },
})
