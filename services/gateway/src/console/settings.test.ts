import { expect, it } from 'vitest'
import { loadGatewayConfig } from '../config.ts'
import { consoleSettingsOf } from './settings.ts'

const env = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  SERVICE_TOKEN: 'service-token-of-this-test',
  RETURN_URL_SECRET: 'return-url-secret-of-this-test',
  JWT_SECRET: 'jwt-secret-of-this-test',
  ORDER_SERVICE_URL: 'http://127.0.0.1:1',
  PAYMENT_SERVICE_URL: 'http://127.0.0.1:2',
  INVENTORY_SERVICE_URL: 'http://127.0.0.1:3',
}
const oidc = { CONSOLE_OIDC_ISSUER: 'https://login.example', CONSOLE_OIDC_CLIENT_ID: 'console' }
const settingsOf = (extra: Record<string, string>) => consoleSettingsOf(loadGatewayConfig({ ...env, ...extra }))

it('serves the console only where its port is set', () => {
  expect(settingsOf({})).toBeUndefined()
  expect(settingsOf({ CONSOLE_PORT: '0' })).toBeUndefined()
  expect(settingsOf({ CONSOLE_PORT: '8090' })).toEqual({
    origin: 'http://127.0.0.1:8090',
    isHttps: false,
    isDemo: false,
  })
})

it('serves it in production only with an identity provider and https', () => {
  const production = { NODE_ENV: 'production', CONSOLE_PORT: '8090' }
  expect(settingsOf(production)).toBeUndefined()
  expect(() => settingsOf({ ...production, ...oidc })).toThrow('CONSOLE_URL must begin with https://')
  const CONSOLE_URL = 'https://console.example/'
  expect(settingsOf({ ...production, ...oidc, CONSOLE_URL })).toMatchObject({
    origin: 'https://console.example',
    isHttps: true,
    isDemo: false,
    oidc: { clientId: 'console', roleClaim: 'roles', scope: 'openid profile', allowHttp: false },
  })
  const local = { ...oidc, CONSOLE_URL, CONSOLE_OIDC_ISSUER: 'http://127.0.0.1:9' }
  expect(() => settingsOf({ ...production, ...local })).toThrow('CONSOLE_OIDC_ISSUER must begin with https://')
})

it.each<[string, Record<string, string>]>([
  ['CONSOLE_OIDC_ISSUER and CONSOLE_OIDC_CLIENT_ID', { CONSOLE_OIDC_CLIENT_ID: 'console' }],
  ['CONSOLE_OIDC_ISSUER must begin with https://', { ...oidc, CONSOLE_OIDC_ISSUER: 'http://login.example' }],
  ['CONSOLE_URL must begin with https://', { CONSOLE_URL: 'http://console.example' }],
  ['CONSOLE_URL', { CONSOLE_URL: 'https://example.com/console' }],
  ['CONSOLE_OIDC_SCOPE', { ...oidc, CONSOLE_OIDC_SCOPE: 'profile' }],
  ['CONSOLE_OIDC_ROLE_CLAIM', { ...oidc, CONSOLE_OIDC_ROLE_CLAIM: 'a..b' }],
])('refuses a wrong %s', (message, extra) => {
  expect(() => settingsOf({ CONSOLE_PORT: '8090', ...extra })).toThrow(message)
})

it('has the demo sign-in only with DEMO_LOGIN, which production refuses', () => {
  expect(settingsOf({ CONSOLE_PORT: '8090', DEMO_LOGIN: 'true' })).toMatchObject({ isDemo: true })
  expect(() => settingsOf({ NODE_ENV: 'production', CONSOLE_PORT: '8090', ...oidc, DEMO_LOGIN: 'true' })).toThrow(
    'DEMO_LOGIN',
  )
})
