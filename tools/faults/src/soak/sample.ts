import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { processesOf } from '@alipay-checkout/launcher'
import { readOutboxes, withDatabase } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import { readTotalLag } from '../system/kafka.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { judgeSoak, type Sample, type SoakResult } from './judge.ts'

const everyMs = 5_000
const mib = 1024 * 1024
/** Idle connections are closed within this time, ms (Fastify keeps them for 72 s): the last sample comes after it. */
const idleMs = 75_000

/** Samples every five seconds until `finish` is called, which takes a last sample and judges all. */
export async function startSampling(system: SystemUnderTest): Promise<{ finish(): Promise<SoakResult> }> {
  const samples: Sample[][] = [await sampleOnce(system)]
  const stopping = new AbortController()
  const sampling = (async () => {
    while (!stopping.signal.aborted) {
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) samples.push(await sampleOnce(system))
    }
  })()
  return {
    async finish() {
      stopping.abort()
      await sampling
      await delay(idleMs)
      samples.push(await sampleOnce(system))
      return judgeSoak(samples)
    },
  }
}

/** The present values. A server or process that is unavailable is left out. */
async function sampleOnce(system: SystemUnderTest): Promise<Sample[]> {
  const results = await Promise.allSettled([ofProcesses(system), ofPostgres(system), ofKafka(system), ofRedis(system)])
  return results.flatMap(one => (one.status === 'fulfilled' ? one.value : []))
}

async function ofProcesses({ replicas, dir }: SystemUnderTest): Promise<Sample[]> {
  const servers = [...processesOf(dir)].filter(([name]) => name.startsWith('kafka'))
  const all = [...replicas.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const])), ...servers]
  return all.flatMap(([of, pid]) => [
    ...sampleOf({ what: 'memory MiB', of }, () => residentMib(pid)),
    ...sampleOf({ what: 'files', of }, () => openFiles(pid)),
  ])
}

/** Empty where the process has ended, or where open files cannot be counted. */
function sampleOf(what: Pick<Sample, 'what' | 'of'>, read: () => number | undefined): Sample[] {
  try {
    const value = read()
    return value === undefined ? [] : [{ ...what, value }]
  } catch {
    return []
  }
}

function residentMib(pid: number): number {
  if (process.platform !== 'linux') {
    return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024)
  }
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}

const openFiles = (pid: number) => (process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : undefined)

async function ofPostgres({ postgresAdminUrl, databases }: SystemUnderTest): Promise<Sample[]> {
  const [row] = await withDatabase(
    postgresAdminUrl,
    sql => sql<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  return [
    { what: 'connections', of: 'PostgreSQL', value: row?.n ?? 0 },
    { what: 'outbox rows', of: 'all services', value: await readOutboxes(databases) },
  ]
}

async function ofKafka({ kafkaBrokers }: SystemUnderTest): Promise<Sample[]> {
  return [{ what: 'records unread', of: 'all groups', value: await readTotalLag(kafkaBrokers) }]
}

async function ofRedis({ redisUrl }: SystemUnderTest): Promise<Sample[]> {
  const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const used = /^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]
    return [{ what: 'Redis MiB', of: 'Redis', value: Math.round((Number(used) / mib) * 10) / 10 }]
  } finally {
    redis.disconnect()
  }
}
