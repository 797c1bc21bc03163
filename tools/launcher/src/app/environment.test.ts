import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { consolePort, gatewayPort, type ServiceInputs, serviceEnvironment, sharedEnvironment } from './environment.ts'
import { signToken, tokenSettingsOf } from './token.ts'

const inputs: ServiceInputs = {
  env: { PATH: '/bin', ORDER_TTL_SECONDS: '60' },
  addresses: {
    postgresAdminUrl: 'postgres://postgres:p@db/postgres',
    ORDER_DATABASE_URL: 'postgres://o@db/orders',
    PAYMENT_DATABASE_URL: 'postgres://p@db/payments',
    INVENTORY_DATABASE_URL: 'postgres://i@db/inventory',
    KAFKA_BROKERS: 'k:1',
    REDIS_URL: 'redis://r:1',
  },
  secrets: {
    POSTGRES_PASSWORD: 'p',
    KAFKA_PASSWORD: 'k',
    REDIS_PASSWORD: 'r',
    ORDER_DATABASE_PASSWORD: 'o',
    PAYMENT_DATABASE_PASSWORD: 'p',
    INVENTORY_DATABASE_PASSWORD: 'i',
    FULFILMENT_DATABASE_PASSWORD: 'i',
    JWT_SECRET: 'made-jwt',
    SERVICE_TOKEN: 'made-token',
    RETURN_URL_SECRET: 'made-return',
    QUOTE_SECRET: 'made-quote',
  },
  ports: { order: 1, payment: 2, inventory: 3 },
  alipay: {
    ALIPAY_GATEWAY: 'http://a/gateway.do',
    ALIPAY_APP_ID: '1',
    ALIPAY_SELLER_ID: '2',
    ALIPAY_PRIVATE_KEY: 'key.pem',
    ALIPAY_PUBLIC_KEY: 'pub.pem',
  },
  compileCacheDir: '/cache',
}

const databases = (env: Record<string, string>) => Object.keys(env).filter(name => name.includes('DATABASE_URL'))

it('gives each service its own database only, even when the shell names all of them', () => {
  const shell = { ...inputs, env: { ...inputs.env, ...(inputs.addresses as Record<string, string>) } }
  expect(databases(serviceEnvironment('order-service', shell))).toEqual(['ORDER_DATABASE_URL'])
  expect(databases(serviceEnvironment('payment-service', shell))).toEqual(['PAYMENT_DATABASE_URL'])
  expect(databases(serviceEnvironment('inventory-service', shell))).toEqual(['INVENTORY_DATABASE_URL'])
  expect(databases(serviceEnvironment('gateway', shell))).toEqual([])
})

it('gives the private key to payment-service only', () => {
  expect(serviceEnvironment('payment-service', inputs).ALIPAY_PRIVATE_KEY).toBe('key.pem')
  const shell = { ...inputs, env: { ALIPAY_PRIVATE_KEY: 'key.pem' } }
  expect(serviceEnvironment('gateway', shell).ALIPAY_PRIVATE_KEY).toBeUndefined()
})

it('prefers settings of the user to generated ones', () => {
  const env = { JWT_SECRET: 'mine', PUBLIC_URL: 'https://shop.example', NODE_ENV: 'production', DEMO_LOGIN: 'false' }
  expect(serviceEnvironment('gateway', { ...inputs, env })).toMatchObject(env)
  expect(serviceEnvironment('order-service', inputs).ORDER_TTL_SECONDS).toBe('60')
})

it('lets the gateway run the audit by this launcher, unless the user names another program', () => {
  const command = JSON.parse(serviceEnvironment('gateway', inputs).AUDIT_COMMAND ?? '')
  expect(command).toEqual([process.execPath, expect.stringMatching(/launcher\/src\/cli\.ts$/), 'audit'])
  expect(existsSync(command[1])).toBe(true)
  expect(serviceEnvironment('order-service', inputs).AUDIT_COMMAND).toBeUndefined()
  const env = { AUDIT_COMMAND: '["mine"]' }
  expect(serviceEnvironment('gateway', { ...inputs, env }).AUDIT_COMMAND).toBe('["mine"]')
})

it('generates no secret for tokens when JWT_JWKS_URL is set', () => {
  const env = { JWT_JWKS_URL: 'https://login.example/jwks' }
  expect(sharedEnvironment({ ...inputs, env }).JWT_SECRET).toBeUndefined()
  expect(serviceEnvironment('gateway', { ...inputs, env }).DEMO_LOGIN).toBe('false')
})

it('signs tokens with the issuer, audience and role claim that the gateway requires', () => {
  const env = { JWT_ISSUER: 'https://login.example/', JWT_AUDIENCE: 'shop', JWT_ROLE_CLAIM: 'realm_access.roles' }
  const settings = tokenSettingsOf(sharedEnvironment({ ...inputs, env }))
  expect(settings).toEqual({ JWT_SECRET: 'made-jwt', ...env })
  const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claims(signToken(settings!, 'launcher', 'admin'))).toEqual({
    sub: 'launcher',
    iat: expect.any(Number),
    exp: expect.any(Number),
    iss: 'https://login.example/',
    aud: 'shop',
    realm_access: { roles: 'admin' },
  })
  expect(claims(signToken('a secret', 'li', 'admin'))).toMatchObject({ sub: 'li', role: 'admin' })
})

it('applies HOST to the gateway only', () => {
  const open = { ...inputs, env: { HOST: '0.0.0.0' } }
  expect(serviceEnvironment('gateway', open).HOST).toBe('0.0.0.0')
  expect(serviceEnvironment('order-service', open).HOST).toBe('127.0.0.1')
})

it('serves the console only where its port is set, and not with 0', () => {
  expect([consolePort({}), consolePort({ CONSOLE_PORT: '0' }), consolePort({ CONSOLE_PORT: '8090' })]).toEqual([
    undefined,
    undefined,
    8090,
  ])
  expect(() => consolePort({ CONSOLE_PORT: 'http' })).toThrow('CONSOLE_PORT must be from 0 to 65535')
})

it.each(['0', '65536', 'http', '80.5'])('refuses GATEWAY_PORT=%s', port => {
  expect(() => gatewayPort({ GATEWAY_PORT: port })).toThrow('GATEWAY_PORT must be from 1 to 65535')
})
