import { expect, it } from 'vitest'
import { readConfig, readMigrationConfig } from './config.ts'

const env = {
  ORDER_DATABASE_URL: 'postgres://orders@127.0.0.1/orders',
  KAFKA_BROKERS: '127.0.0.1:9092',
  REDIS_URL: 'redis://127.0.0.1:6379',
  SERVICE_TOKEN: 'a token that is long enough',
}

it('requires its settings and names a missing one', () => {
  expect(readConfig(env)).toMatchObject(env)
  for (const name of Object.keys(env)) expect(() => readConfig({ ...env, [name]: '' })).toThrow(`${name} is not set`)
})

it.each(['change-me-change-me', 'development-service-token', 'test-service-token-that-guards-nothing'])(
  'refuses %s as a secret in production',
  placeholder => {
    const start = (NODE_ENV: string) => readConfig({ ...env, NODE_ENV, SERVICE_TOKEN: placeholder })
    expect(() => start('production')).toThrow('SERVICE_TOKEN: production needs a secret of its own')
    expect(start('development').SERVICE_TOKEN).toBe(placeholder)
  },
)

it('completes orders after 15 days unless another number of days is set, which may be a fraction', () => {
  const daysOf = (text: string) => readConfig({ ...env, COMPLETE_AFTER_DAYS: text }).COMPLETE_AFTER_DAYS
  expect(['', '0', '0.5', '30'].map(daysOf)).toEqual([15, 0, 0.5, 30])
  for (const text of ['-1', 'soon']) expect(() => daysOf(text)).toThrow('COMPLETE_AFTER_DAYS')
})

it('requires only the database for migrations', () => {
  const { ORDER_DATABASE_URL } = env
  expect(readMigrationConfig({ ORDER_DATABASE_URL })).toEqual({ ORDER_DATABASE_URL })
})
