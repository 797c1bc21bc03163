import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { processesOf } from '@alipay-checkout/launcher'
import { Redis } from 'ioredis'
import { asking, readOutboxes } from '../checks/read-books.ts'
import { readLags } from '../checks/read-groups.ts'
import type { BrokenSystem } from '../system/broken-system.ts'
import { judgeSoak, type Sample, type SoakResult } from './judge.ts'

const lookEveryMs = 5_000
const mib = 1024 * 1024
/** Idle connections are closed within this time, ms (Fastify keeps them for 72 s): the last look comes after it. */
const idleMs = 75_000

/** Looks every five seconds until told to finish, which takes one last look and judges all of them. */
export async function startSampling(system: BrokenSystem): Promise<{ finish(): Promise<SoakResult> }> {
  const looks: Sample[][] = [await lookOnce(system)]
  const stopping = new AbortController()
  const sampling = (async () => {
    while (!stopping.signal.aborted) {
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) looks.push(await lookOnce(system))
    }
  })()
  return {
    async finish() {
      stopping.abort()
      await sampling
      await delay(idleMs)
      looks.push(await lookOnce(system))
      return judgeSoak(looks)
    },
  }
}

/** What can be seen now; a server that is away, or a process, is missing. */
async function lookOnce(system: BrokenSystem): Promise<Sample[]> {
  const parts = await Promise.allSettled([ofProcesses(system), ofPostgres(system), ofKafka(system), ofRedis(system)])
  return parts.flatMap(part => (part.status === 'fulfilled' ? part.value : []))
}

async function ofProcesses({ replicas, dir }: BrokenSystem): Promise<Sample[]> {
  const servers = [...processesOf(dir)].filter(([name]) => name.startsWith('kafka'))
  const all = [...replicas.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const])), ...servers]
  return all.flatMap(([of, pid]) => [
    ...seen({ what: 'memory MiB', of }, () => residentMib(pid)),
    ...seen({ what: 'files', of }, () => openFiles(pid)),
  ])
}

/** A process may end while it is looked at, and not everywhere can files be counted. */
function seen(what: Pick<Sample, 'what' | 'of'>, look: () => number | undefined): Sample[] {
  try {
    const value = look()
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

async function ofPostgres({ postgresAdminUrl, databases }: BrokenSystem): Promise<Sample[]> {
  const [row] = await asking(
    postgresAdminUrl,
    sql => sql<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  return [
    { what: 'connections', of: 'PostgreSQL', value: row?.n ?? 0 },
    { what: 'outbox rows', of: 'all services', value: await readOutboxes(databases) },
  ]
}

async function ofKafka({ kafkaBrokers }: BrokenSystem): Promise<Sample[]> {
  return [{ what: 'records unread', of: 'all groups', value: await readLags(kafkaBrokers) }]
}

async function ofRedis({ redisUrl }: BrokenSystem): Promise<Sample[]> {
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
