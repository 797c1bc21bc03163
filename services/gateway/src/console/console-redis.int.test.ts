import { createLogger } from '@alipay-checkout/service-kit'
import { freePort } from '@alipay-checkout/test-support'
import { expect, it } from 'vitest'
import { openConsoleRedis } from './console-redis.ts'

const open = (url: string) =>
  openConsoleRedis({ redis: { url }, systemName: 'console-redis-test', logger: createLogger('gateway', 'silent') })

it('waits for its first connection, so that a request right after the start is answered', async () => {
  const redis = open(process.env.TEST_REDIS_URL ?? '')
  try {
    expect(await redis.run(client => client.ping())).toBe('PONG')
  } finally {
    redis.close()
  }
})

it('fails at once where nothing listens', async () => {
  const redis = open(`redis://127.0.0.1:${await freePort()}`)
  try {
    await expect(redis.run(client => client.ping())).rejects.toMatchObject({ type: 'service-unavailable' })
  } finally {
    redis.close()
  }
})
