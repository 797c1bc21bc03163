import { redisConnection, redisOptions } from '@alipay-checkout/service-kit/connections'
import { Redis } from 'ioredis'
import { testStack } from './stack.ts'

/** A connection to Redis for the time of `work`. @throws Error where Redis does not answer */
export async function withRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
  const { redisUrl, redisCa } = await testStack()
  const connection = redisConnection({ REDIS_URL: redisUrl, ...(redisCa && { REDIS_SSL_CA: redisCa }) })
  const redis = new Redis(connection.url, { ...redisOptions(connection), lazyConnect: true, retryStrategy: null })
  try {
    await redis.connect()
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
