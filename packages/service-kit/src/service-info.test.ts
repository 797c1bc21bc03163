import Type from 'typebox'
import { expect, it } from 'vitest'
import { describeService, shownSettings } from './service-info.ts'

const text = Type.Optional(Type.String())
const shown = (config: Record<string, unknown>) =>
  shownSettings(Type.Object(Object.fromEntries(Object.keys(config).map(name => [name, text]))), config)

it('shows effective settings as text, without those that are not set or not of the schema', () => {
  const schema = Type.Object({ PORT: Type.Integer(), DEMO: Type.Boolean(), NAME: text })
  expect(shownSettings(schema, { PORT: 7001, DEMO: false, OTHER: 'x' })).toEqual({ PORT: '7001', DEMO: 'false' })
})

it.each([
  'SERVICE_TOKEN',
  'JWT_SECRET',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_APP_CERT',
  'OIDC_CLIENT_SECRET',
  'DB_PASSWORD',
  'AUDIT_COMMAND',
  'KAFKA_SSL_KEY',
  'KAFKA_SSL_CERT',
  'KAFKA_SASL_PASSWORD',
])('does not show %s', name => {
  expect(shown({ [name]: 'hidden', HOST: 'seen' })).toEqual({ HOST: 'seen' })
})

it.each([
  ['postgres://me:p%40ss@db:5432/orders?sslmode=require&password=p', 'postgres://db:5432/orders'],
  ['postgres://me:p@a:1,b:2/orders', 'postgres://a:1,b:2/orders'],
  ['redis://:secret@[::1]:6379/0', 'redis://[::1]:6379/0'],
  ['rediss://me@cache:6379', 'rediss://cache:6379'],
  ['https://a:b@one.test,https://c:d@two.test?x=1', 'https://one.test,https://two.test'],
  ['http://odd:p@ss@host/', 'http://host/'],
  ['https://shop.test/path', 'https://shop.test/path'],
  ['a@b, c', 'a@b, c'],
])('shows an address without its credentials: %s', (given, expected) => {
  expect(shown({ SOME_URL: given })).toEqual({ SOME_URL: expected })
})

it('shows that a certificate is given, without its text', () => {
  expect(shown({ KAFKA_SSL_CA: '-----BEGIN CERTIFICATE-----\nMIIB' })).toEqual({ KAFKA_SSL_CA: 'PEM text' })
  expect(shown({ KAFKA_SSL_CA: '/etc/kafka/ca.pem' })).toEqual({ KAFKA_SSL_CA: '/etc/kafka/ca.pem' })
})

it('names what does not answer, and which of it the service can work without', async () => {
  const fails = () => Promise.reject(new Error('gone'))
  const info = await describeService({
    service: 'a-service',
    startedAt: new Date('2026-03-01T00:00:00Z'),
    readiness: { required: { postgres: async () => {} }, optional: { kafka: fails, redis: async () => {} } },
    settings: { A: '1' },
  })
  expect(info).toMatchObject({
    ...{ service: 'a-service', startedAt: '2026-03-01T00:00:00.000Z', node: process.version },
    ...{ checks: { postgres: 'ok', kafka: 'gone', redis: 'ok' }, degraded: ['kafka'], settings: { A: '1' }, keys: [] },
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  })
})
