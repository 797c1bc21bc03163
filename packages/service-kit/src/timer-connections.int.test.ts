import { testStack, waitUntil } from '@alipay-checkout/test-support'
import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { timerConnections } from './timer-connections.ts'

const logger = createLogger('test', 'silent')

it('shares connections until the last user has released them', async () => {
  const redis = { url: (await testStack()).redisUrl }
  const first = timerConnections(redis, logger)
  const second = timerConnections(redis, logger)
  const other = timerConnections({ ...redis }, logger)
  try {
    expect(second.commands).toBe(first.commands)
    expect(second.blocking).toBe(first.blocking)
    expect(other.commands).not.toBe(first.commands)

    first.release()
    expect(await second.blocking.ping()).toBe('PONG')
  } finally {
    second.release()
    other.release()
  }
  await waitUntil(() => second.blocking.status === 'end', { what: 'the connection has ended' })

  const next = timerConnections(redis, logger)
  expect(next.commands).not.toBe(first.commands)
  next.release()
})
