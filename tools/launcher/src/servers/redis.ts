import { chmodSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RedisConnection, redisConnection, redisOptions } from '@alipay-checkout/service-kit/connections'
import { Redis } from 'ioredis'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { causeOf, installRedis, remedyFor } from '../remedies.mjs'
import { waitUntil } from '../wait-until.ts'
import type { CertificateFiles } from './certificates.ts'
import { findOnPath } from './find-on-path.ts'
import { fetchArtifacts } from './maven.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

const embeddedRedisVersion = '1.4.3'
const readyTimeoutMs = 30_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/** What Redis requires of its clients: TLS, and this user with this password. */
export interface RedisSecurity {
  certificates: CertificateFiles
  user: string
  password: string
}

/**
 * Redis on 127.0.0.1 with an append-only file. BullMQ requires `noeviction`: writes fail when memory is full.
 *
 * @param security without it, Redis takes every connection
 */
export function redisServer(context: ServerContext, port: number, security?: RedisSecurity): ServerControl {
  const home = join(context.dir, 'redis')
  const address = redisConnection(redisAddress(port, security))

  async function start(): Promise<void> {
    makeFolder(home)
    const command = findOnPath('redis-server', context.env.PATH ?? '') ?? (await binaryFromMaven(context))
    const logFile = join(context.dir, 'logs', 'redis.log')
    const logSize = sizeOf(logFile)
    if (security !== undefined) writeSecurity(home, security)
    const spec: ProcessSpec = {
      name: 'redis',
      command,
      args: redisArguments(port, security !== undefined),
      cwd: home,
      env: context.env,
      logFile,
      kind: kindOf(context),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
      stage: stages.server,
    }
    const running = await context.guard.spawn(spec).catch(error => failed(error.message))
    await waitUntil(() => answers(address), { timeoutMs: readyTimeoutMs, unless: untilDeath(running, 'Redis') }).catch(
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

/** The settings by which clients reach it. */
export function redisAddress(port: number, security?: RedisSecurity): { REDIS_URL: string; REDIS_SSL_CA?: string } {
  if (security === undefined) return { REDIS_URL: `redis://127.0.0.1:${port}` }
  const { user, password, certificates } = security
  return { REDIS_URL: `rediss://${user}:${password}@127.0.0.1:${port}`, REDIS_SSL_CA: certificates.ca }
}

const securityFileName = 'security.conf'

/** A file, because other users of the machine can read the arguments of a process. */
function writeSecurity(home: string, { certificates, user, password }: RedisSecurity): void {
  copyFileSync(certificates.serverCert, join(home, 'server.pem'))
  copyFileSync(certificates.serverKey, join(home, 'server-key.pem'))
  copyFileSync(certificates.ca, join(home, 'ca.pem'))
  const lines = [
    'tls-cert-file server.pem',
    'tls-key-file server-key.pem',
    'tls-ca-cert-file ca.pem',
    'tls-auth-clients no',
    'user default off',
    `user ${user} on >${password} ~* &* +@all`,
  ]
  writeFileSync(join(home, securityFileName), `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** Redis runs in its data folder, so that no argument contains a path that would need quotes. */
function redisArguments(port: number, isSecure: boolean): string[] {
  const ports = isSecure ? { port: '0', 'tls-port': String(port) } : { port: String(port) }
  const settings = {
    ...ports,
    bind: '127.0.0.1',
    dir: '.',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  }
  const own = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  return isSecure ? [securityFileName, ...own] : own
}

async function answers(address: RedisConnection): Promise<true | undefined> {
  const once = { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 }
  const client = new Redis(address.url, { ...redisOptions(address), ...once })
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
