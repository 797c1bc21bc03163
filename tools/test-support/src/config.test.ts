import { expect, it } from 'vitest'
import { forcedStack, givenAddresses } from './config.ts'

const all = {
  TEST_POSTGRES_ADMIN_URL: 'postgres://postgres:p@127.0.0.1:1/postgres',
  TEST_KAFKA_BROKERS: '127.0.0.1:2',
  TEST_REDIS_URL: 'redis://127.0.0.1:3',
}

it('takes the addresses that the environment gives', () => {
  expect(givenAddresses(all)).toEqual({
    postgresAdminUrl: all.TEST_POSTGRES_ADMIN_URL,
    kafkaBrokers: all.TEST_KAFKA_BROKERS,
    redisUrl: all.TEST_REDIS_URL,
  })
  expect(givenAddresses({})).toBeUndefined()
})

it('refuses to mix given servers with started ones', () => {
  expect(() => givenAddresses({ TEST_REDIS_URL: all.TEST_REDIS_URL })).toThrow(
    'TEST_POSTGRES_ADMIN_URL and TEST_KAFKA_BROKERS must be set too',
  )
})

it('names a kind of stack that does not exist', () => {
  expect(forcedStack({ TEST_STACK: 'docker' })).toBe('docker')
  expect(forcedStack({ TEST_STACK: '' })).toBeUndefined()
  expect(() => forcedStack({ TEST_STACK: 'podman' })).toThrow('TEST_STACK is podman')
})
