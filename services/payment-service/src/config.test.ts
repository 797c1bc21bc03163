import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

const env = {
  PAYMENT_DATABASE_URL: 'postgres://payments@127.0.0.1/payments',
  PUBLIC_URL: 'https://shop.example',
  ALIPAY_GATEWAY: 'https://openapi.alipay.com/gateway.do',
  ALIPAY_APP_ID: '2021000000000000',
  ALIPAY_SELLER_ID: '2088000000000000',
  ALIPAY_PRIVATE_KEY: 'key.pem',
  KAFKA_BROKERS: '127.0.0.1:9092',
  REDIS_URL: 'redis://127.0.0.1:6379',
  SERVICE_TOKEN: 'a token that is long enough',
}

it('requires its settings, and names all that are missing', () => {
  expect(readConfig(env)).toMatchObject(env)
  for (const name of Object.keys(env)) {
    expect(() => readConfig({ ...env, [name]: '' })).toThrow(`${name} is not set`)
    expect(() => readConfig({})).toThrow(`${name} is not set`)
  }
})

it.each(['change-me-change-me', 'development-service-token', 'test-service-token-that-guards-nothing'])(
  'refuses %s for a secret in production',
  placeholder => {
    const start = (NODE_ENV: string) => readConfig({ ...env, NODE_ENV, SERVICE_TOKEN: placeholder })
    expect(() => start('production')).toThrow('SERVICE_TOKEN: production needs a secret of its own')
    expect(start('development').SERVICE_TOKEN).toBe(placeholder)
  },
)
