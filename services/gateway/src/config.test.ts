import { expect, it } from 'vitest'
import { loadGatewayConfig, tokenClaimsOf } from './config.ts'

const env = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  SERVICE_TOKEN: 'service-token-of-this-test',
  RETURN_URL_SECRET: 'return-url-secret-of-this-test',
  JWT_SECRET: 'jwt-secret-of-this-test',
  QUOTE_SECRET: 'quote-secret-of-this-test',
  ORDER_SERVICE_URL: 'http://127.0.0.1:1',
  PAYMENT_SERVICE_URL: 'http://127.0.0.1:2',
  INVENTORY_SERVICE_URL: 'http://127.0.0.1:3',
}

it('has a public address on localhost by default', () => {
  expect(loadGatewayConfig(env)).toMatchObject({
    GATEWAY_PORT: 8080,
    PUBLIC_URL: 'http://localhost:8080',
    DEMO_LOGIN: false,
  })
  expect(loadGatewayConfig({ ...env, PUBLIC_URL: 'https://pay.example/' }).PUBLIC_URL).toBe('https://pay.example')
})

it('names every setting that is missing', () => {
  const { REDIS_URL: _redis, ORDER_SERVICE_URL: _orders, ...rest } = env
  expect(() => loadGatewayConfig(rest)).toThrow(/REDIS_URL is not set.*ORDER_SERVICE_URL is not set/)
})

it('requires a way to verify tokens', () => {
  const { JWT_SECRET: _secret, ...rest } = env
  expect(() => loadGatewayConfig(rest)).toThrow('JWT_SECRET or JWT_JWKS_URL must be set')
  expect(loadGatewayConfig({ ...rest, JWT_JWKS_URL: 'https://id.example/jwks' }).JWT_SECRET).toBeUndefined()
})

it('requires the issuer and the audience in production with an identity provider', () => {
  const { JWT_SECRET: _secret, ...rest } = env
  const production = { ...rest, NODE_ENV: 'production', JWT_JWKS_URL: 'https://id.example/jwks' }
  expect(() => loadGatewayConfig(production)).toThrow('JWT_ISSUER and JWT_AUDIENCE must be set')
  expect(() => loadGatewayConfig({ ...production, JWT_ISSUER: 'https://id.example/' })).toThrow(/^JWT_AUDIENCE must/)
  expect(() => loadGatewayConfig({ ...production, JWT_SECRET: env.JWT_SECRET, JWT_AUDIENCE: 'shop' })).toThrow(
    /^JWT_ISSUER must/,
  )
  const whole = loadGatewayConfig({ ...production, JWT_ISSUER: 'https://id.example/', JWT_AUDIENCE: 'shop' })
  expect(tokenClaimsOf(whole)).toEqual({ issuer: 'https://id.example/', audience: 'shop', roleClaim: undefined })
  for (const wrong of ['.', 'a.', '.a', 'a..b']) {
    expect(() => loadGatewayConfig({ ...env, JWT_ROLE_CLAIM: wrong })).toThrow('JWT_ROLE_CLAIM')
  }
})

it('refuses the demo login in production', () => {
  const production = { ...env, NODE_ENV: 'production' }
  expect(() => loadGatewayConfig({ ...production, DEMO_LOGIN: 'true' })).toThrow('DEMO_LOGIN')
  expect(() => loadGatewayConfig({ ...production, JWT_SECRET: 'change-me-change-me' })).toThrow('JWT_SECRET')
  expect(loadGatewayConfig(production).NODE_ENV).toBe('production')
})

it.each(['SERVICE_TOKEN', 'JWT_SECRET', 'RETURN_URL_SECRET', 'QUOTE_SECRET'])(
  'refuses every value of %s from examples and tests in production',
  name => {
    const known = ['change-me-change-me', 'development-secret', 'test-secret-that-guards-nothing', 'default-secret-123']
    for (const value of known) {
      const start = () => loadGatewayConfig({ ...env, NODE_ENV: 'production', [name]: value })
      expect(start).toThrow(`${name}: production needs a secret of its own`)
      expect(start).not.toThrow(value)
    }
  },
)

it('takes a key of quotes that is long enough and verifies nothing else, or none', () => {
  const { QUOTE_SECRET: _secret, ...rest } = env
  expect(loadGatewayConfig(rest)).not.toHaveProperty('QUOTE_SECRET')
  expect(() => loadGatewayConfig({ ...env, QUOTE_SECRET: 'short' })).toThrow(/^QUOTE_SECRET/)
  expect(() => loadGatewayConfig({ ...env, QUOTE_SECRET: env.JWT_SECRET })).toThrow(/^QUOTE_SECRET must not be/)
  expect(() => loadGatewayConfig({ ...env, QUOTE_JWKS_URL: 'pricing.example' })).toThrow(/^QUOTE_JWKS_URL/)
})

it('offers all products without instalments by default, and refuses unknown ones', () => {
  expect(loadGatewayConfig(env)).toMatchObject({
    ALIPAY_PRODUCTS: 'page,wap,app,jsapi,qr',
    ALIPAY_INSTALMENTS: false,
  })
  for (const wrong of ['pages', 'page,', 'page;wap', 'PAGE']) {
    expect(() => loadGatewayConfig({ ...env, ALIPAY_PRODUCTS: wrong })).toThrow(/^ALIPAY_PRODUCTS/)
  }
})

it('refuses invalid trusted proxies', () => {
  expect(loadGatewayConfig({ ...env, TRUST_PROXY: '10.0.0.0/8, loopback' }).TRUST_PROXY).toBe('10.0.0.0/8, loopback')
  for (const wrong of ['true', 'yes', '10.0.0.0/99']) {
    expect(() => loadGatewayConfig({ ...env, TRUST_PROXY: wrong })).toThrow(/^TRUST_PROXY/)
  }
})
