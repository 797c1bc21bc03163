import { expect, it } from 'vitest'
import { readConfig, readMigrationConfig } from './config.ts'

const env = {
  INVENTORY_DATABASE_URL: 'postgres://inventory@127.0.0.1/inventory',
  KAFKA_BROKERS: '127.0.0.1:9092',
  SERVICE_TOKEN: 'a token that is long enough',
}

it('requires the database, Kafka and the service token, and nothing else', () => {
  expect(readConfig(env)).toMatchObject({ ...env, PORT: 7003 })
  for (const name of Object.keys(env)) expect(() => readConfig({ ...env, [name]: '' })).toThrow(`${name} is not set`)
})

it.each([
  ['INVENTORY_DATABASE_URL', 'mysql://inventory'],
  ['PORT', '70000'],
  ['SERVICE_TOKEN', 'short'],
])('names %s when it is invalid, without its value', (name, value) => {
  const start = () => readConfig({ ...env, [name]: value })
  expect(start).toThrow(name)
  expect(start).not.toThrow(value)
})

it('refuses a placeholder as a secret in production', () => {
  const placeholder = { ...env, NODE_ENV: 'production', SERVICE_TOKEN: 'change-me-change-me' }
  expect(() => readConfig(placeholder)).toThrow('SERVICE_TOKEN')
})

it('requires only the database for migrations', () => {
  const { INVENTORY_DATABASE_URL } = env
  expect(readMigrationConfig({ INVENTORY_DATABASE_URL })).toEqual({ INVENTORY_DATABASE_URL })
})
