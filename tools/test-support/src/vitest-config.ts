import { defineConfig } from 'vitest/config'

/**
 * The settings of every package's tests. The test files of a worker share its modules, because loading the libraries
 * again for each file takes more CPU time than the tests. A test therefore leaves no state in a module.
 */
export default defineConfig({
  test: {
    globalSetup: ['@alipay-checkout/test-support/vitest-global-setup'],
    isolate: false,
    // Far above what any test takes: the tests of other packages run at the same time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
