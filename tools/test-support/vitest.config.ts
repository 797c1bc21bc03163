import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['@alipay-checkout/test-support/vitest-global-setup'],
    // Servers may have to be started, and images fetched.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
