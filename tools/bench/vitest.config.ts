import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['@alipay-checkout/test-support/vitest-global-setup'],
    // CPU time is measured, not waited for: on a busy machine it takes long to get.
    testTimeout: 60_000,
  },
})
