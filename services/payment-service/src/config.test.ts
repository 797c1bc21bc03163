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

it('takes which of Alipay’s products are contracted: all by default, and none that Alipay does not have', () => {
  expect(readConfig(env)).toMatchObject({ ALIPAY_PRODUCTS: 'page,wap,app,jsapi,qr', ALIPAY_INSTALMENTS: false })
  const given = { ALIPAY_PRODUCTS: 'page,qr', ALIPAY_INSTALMENTS: 'true', ALIPAY_MINI_APP_ID: '2021000000000001' }
  expect(readConfig({ ...env, ...given })).toMatchObject({ ...given, ALIPAY_INSTALMENTS: true })
  for (const ALIPAY_PRODUCTS of ['page,card', 'page,', 'page wap']) {
    expect(() => readConfig({ ...env, ALIPAY_PRODUCTS })).toThrow('ALIPAY_PRODUCTS')
  }
  expect(() => readConfig({ ...env, ALIPAY_MINI_APP_ID: 'wx1' })).toThrow('ALIPAY_MINI_APP_ID')
})

it.each(['change-me-change-me', 'development-service-token', 'test-service-token-that-guards-nothing'])(
  'refuses %s for a secret in production',
  placeholder => {
    const start = (NODE_ENV: string) => readConfig({ ...env, NODE_ENV, SERVICE_TOKEN: placeholder })
    expect(() => start('production')).toThrow('SERVICE_TOKEN: production needs a secret of its own')
    expect(start('development').SERVICE_TOKEN).toBe(placeholder)
  },
)
