import { expect, test } from 'vitest'
import { forcedStack, givenAddresses, missingServers } from './settings.ts'

const databases = {
  ORDER_DATABASE_URL: 'postgres://a/orders',
  PAYMENT_DATABASE_URL: 'postgres://a/payments',
  INVENTORY_DATABASE_URL: 'postgres://a/inventory',
}

test('what the environment names is not started', () => {
  const all = { ...databases, KAFKA_BROKERS: 'k:9092', REDIS_URL: 'redis://r' }
  expect(missingServers(givenAddresses(all))).toEqual([])
  expect(missingServers(givenAddresses({ KAFKA_BROKERS: 'k:9092' }))).toEqual(['postgres', 'redis'])
  expect(missingServers(givenAddresses(databases))).toEqual(['kafka', 'redis'])
})

test('PostgreSQL is started when one of the three databases is not named', () => {
  const { INVENTORY_DATABASE_URL: _, ...two } = databases
  expect(missingServers(givenAddresses(two))).toContain('postgres')
})

test('STACK and TEST_STACK force the kind of stack, and another word is refused by name', () => {
  expect(forcedStack({})).toBeUndefined()
  expect(forcedStack({ STACK: 'docker' })).toBe('docker')
  expect(forcedStack({ STACK: 'docker', TEST_STACK: 'local' })).toBe('local')
  expect(() => forcedStack({ STACK: 'podman' })).toThrow('STACK is neither docker nor local')
})
