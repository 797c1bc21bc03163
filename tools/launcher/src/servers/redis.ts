import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { causeOf, installRedis, remedyFor } from '../remedies.mjs'
import { waitUntil } from '../wait-until.ts'
import { findOnPath } from './find-on-path.ts'
import { fetchArtifacts } from './maven.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

const embeddedRedisVersion = '1.4.3'
const readyTimeoutMs = 30_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/** Redis on 127.0.0.1 with an append-only file. BullMQ requires `noeviction`: writes fail when memory is full. */
export function redisServer(context: ServerContext, port: number): ServerControl {
  const home = join(context.dir, 'redis')

  async function start(): Promise<void> {
    makeFolder(home)
    const command = findOnPath('redis-server', context.env.PATH ?? '') ?? (await binaryFromMaven(context))
    const logFile = join(context.dir, 'logs', 'redis.log')
    const logSize = sizeOf(logFile)
    const spec: ProcessSpec = {
      name: 'redis',
      command,
      args: redisArguments(port),
      cwd: home,
      env: context.env,
      logFile,
      kind: kindOf(context),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
      stage: stages.server,
    }
    const running = await context.guard.spawn(spec).catch(error => failed(error.message))
    await waitUntil(() => answers(port), { timeoutMs: readyTimeoutMs, unless: untilDeath(running, 'Redis') }).catch(
      error => failed(`${error.message}\n${tailOf(logFile, 15, logSize)}`),
    )
  }

  return { start, stop: signal => context.guard.stopOne('redis', signal) }
}

function failed(reason: string): never {
  // The downloaded binary may need a library that is not installed; the distribution's package depends on it.
  const lacksLibrary = ['library', 'old system'].includes(causeOf(reason) ?? '')
  throw new StartFailure('Starting Redis', reason, lacksLibrary ? installRedis : remedyFor(reason, remedy))
}

/** Redis runs in its data folder, so that no argument contains a path that would need quotes. */
function redisArguments(port: number): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: '.',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}

async function answers(port: number): Promise<true | undefined> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 })
  // Without a listener ioredis prints refused connections.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG' ? true : undefined
  } finally {
    client.disconnect()
  }
}

/** The binary for this platform from the jar of embedded-redis. */
async function binaryFromMaven(context: ServerContext): Promise<string> {
  const folder = await fetchArtifacts(context, `redis-${embeddedRedisVersion}`, {
    coordinates: [`com.github.codemonstur:embedded-redis:${embeddedRedisVersion}`],
    unpacked: true,
  })
  const suffix = `-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const name = readdirSync(folder).find(file => file.startsWith('redis-server-') && file.endsWith(suffix))
  if (name === undefined) throw new StartFailure('Finding Redis', `no downloaded binary fits${suffix}`, installRedis)
  chmodSync(join(folder, name), 0o755)
  return join(folder, name)
}
