import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { Redis } from 'ioredis'
import { StartFailure } from '../failure.ts'
import { waitUntil } from '../wait-until.ts'
import { fetchJars } from './maven.ts'
import { tailOf } from './run-task.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

const embeddedRedisVersion = '1.4.3'
const readyTimeoutMs = 30_000
const install = process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install -y redis-server'

/** Redis on 127.0.0.1, kept by an append-only file; it refuses writes rather than forget a key (BullMQ needs that). */
export function redisServer(context: ServerContext, port: number): ServerControl {
  const home = join(context.dir, 'redis')

  async function start(): Promise<void> {
    mkdirSync(home, { recursive: true })
    const command = findOnPath('redis-server', context.env.PATH ?? '') ?? (await binaryFromMaven(context))
    const running = await context.guard.spawn({
      name: 'redis',
      command,
      args: redisArguments(port, home),
      cwd: home,
      env: context.env,
      logFile: join(context.dir, 'logs', 'redis.log'),
      kind: kindOf(context),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
      stage: stages.server,
    })
    await waitUntil(() => answers(port), { timeoutMs: readyTimeoutMs, unless: untilDeath(running, 'Redis') }).catch(
      error => {
        throw new StartFailure(
          'Starting Redis',
          `${error.message}\n${tailOf(running.logFile)}`,
          `${install}, then again`,
        )
      },
    )
  }

  return { start, stop: signal => context.guard.stopOne('redis', signal) }
}

function redisArguments(port: number, home: string): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: home,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}

async function answers(port: number): Promise<true | undefined> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 })
  // Without a listener a refused connection is printed; the wait reports it.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG' ? true : undefined
  } finally {
    client.disconnect()
  }
}

function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function binaryFromMaven(context: ServerContext): Promise<string> {
  const folder = await fetchJars(context, `embedded-redis-${embeddedRedisVersion}`, {
    coordinates: [`com.github.codemonstur:embedded-redis:${embeddedRedisVersion}`],
    alone: true,
  })
  const binary = join(folder, 'redis-server')
  if (existsSync(binary)) return binary
  const jar = readdirSync(folder).find(file => file.endsWith('.jar')) ?? ''
  const suffix = `-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const { readZipEntry } = await import('./unzip.ts')
  const content = readZipEntry(
    readFileSync(join(folder, jar)),
    path => path.startsWith('redis-server-') && path.endsWith(suffix),
  )
  if (content === undefined) throw new StartFailure('Finding Redis', `there is no packaged one for${suffix}`, install)
  const draft = `${binary}.${process.pid}`
  writeFileSync(draft, content)
  chmodSync(draft, 0o755)
  renameSync(draft, binary)
  return binary
}
