import config from '@alipay-checkout/test-support/vitest-config'

export default config
