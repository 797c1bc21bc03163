import { expect, it } from 'vitest'
import { givenAddresses, missingServers, namesOfAnotherSystem, readStackKind } from './settings.ts'

const databases = {
  ORDER_DATABASE_URL: 'postgres://a/orders',
  PAYMENT_DATABASE_URL: 'postgres://a/payments',
  INVENTORY_DATABASE_URL: 'postgres://a/inventory',
}

it('does not start what the environment names', () => {
  const all = { ...databases, KAFKA_BROKERS: 'k:9092', REDIS_URL: 'redis://r' }
  expect(missingServers(givenAddresses(all))).toEqual([])
  expect(missingServers(givenAddresses({ KAFKA_BROKERS: 'k:9092' }))).toEqual(['postgres', 'redis'])
  expect(missingServers(givenAddresses(databases))).toEqual(['kafka', 'redis'])
})

it('starts PostgreSQL when one of the three databases is not named', () => {
  const { INVENTORY_DATABASE_URL: _, ...two } = databases
  expect(missingServers(givenAddresses(two))).toContain('postgres')
})

it('reads STACK and TEST_STACK, and refuses another value by name', () => {
  expect(readStackKind({ TEST_STACK: 'local' })).toBeUndefined()
  expect(readStackKind({ STACK: 'docker', TEST_STACK: 'local' })).toBe('docker')
  expect(readStackKind({ STACK: 'docker', TEST_STACK: 'local' }, 'TEST_STACK')).toBe('local')
  expect(() => readStackKind({ STACK: 'podman' })).toThrow('STACK is neither docker nor local')
})

const running = {
  ...databases,
  KAFKA_BROKERS: '127.0.0.1:1',
  REDIS_URL: 'redis://127.0.0.1:2',
  PUBLIC_URL: 'http://localhost:8080',
  PAYMENT_SERVICE_URL: 'http://127.0.0.1:3',
}

it.each([
  ['nothing', {}, running, []],
  ['the addresses of the running system', running, running, []],
  ['a server that the running system was not given', { KAFKA_BROKERS: 'k:9092' }, databases, []],
  ['a server of another system', { KAFKA_BROKERS: 'k:9092' }, running, ['KAFKA_BROKERS']],
  ['a database of another system', { ORDER_DATABASE_URL: 'postgres://b/orders' }, running, ['ORDER_DATABASE_URL']],
  ['another gateway', { PUBLIC_URL: 'https://shop.example.com' }, running, ['PUBLIC_URL']],
  ['a service, beside servers alone', { ORDER_SERVICE_URL: 'http://order:7001' }, databases, ['ORDER_SERVICE_URL']],
  ['a server, where no system runs', { KAFKA_BROKERS: 'k:9092' }, {}, []],
])('finds another system in an environment that names %s', (_what, env, system, names) => {
  expect(namesOfAnotherSystem(env, system)).toEqual(names)
})
