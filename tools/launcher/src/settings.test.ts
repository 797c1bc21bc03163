import { expect, it } from 'vitest'
import { givenAddresses, missingServers, readStackKind } from './settings.ts'

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
