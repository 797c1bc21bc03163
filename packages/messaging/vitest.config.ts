import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['@alipay-checkout/test-support/vitest-global-setup'],
    // Far above what anything here takes: other packages' tests run beside these.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
