import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { isolate: false, globalSetup: 'src/test-helm-setup.ts', testTimeout: 60_000 },
})
