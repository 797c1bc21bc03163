import { Redis } from 'ioredis'
import { round } from './statistics.ts'

/** What Redis holds, MiB. */
export async function redisMiB(url: string): Promise<number> {
  const redis = new Redis(url)
  try {
    const used = /^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]
    return round(Number(used) / 2 ** 20)
  } finally {
    redis.disconnect(false)
  }
}
