import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics } from '@alipay-checkout/kafka-topics'
import { checkRedis, createLogger, openRedis } from '@alipay-checkout/service-kit'
import { readKafkaConnection, redisConnection } from '@alipay-checkout/service-kit/connections'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Stack, startStack } from './stack.ts'
import { waitUntil } from './wait-until.ts'

// Clients against servers that accept only TLS with a password, and what they say when a setting is wrong.

const dir = mkdtempSync(join(tmpdir(), 'secure-servers-'))
let stack: Stack
let addresses: Record<string, string>

beforeAll(async () => {
  stack = await startStack({ dir, isSecure: true, label: 'test' })
  addresses = stack.addresses as Record<string, string>
}, 180_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const certificates = () => stack.security?.certificates ?? expect.fail('the stack is not secure')
const other = process.platform === 'linux' ? '127.0.0.2' : undefined

/** Another address of a server, which its certificate does not have. */
async function underAnotherName(port: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(Number(port), '127.0.0.1')
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}))
    client.pipe(upstream).pipe(client)
  }).listen(0, other)
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return `${other}:${(server.address() as AddressInfo).port}`
}

describe('Kafka', () => {
  const reach = (changes: Record<string, string> = {}) =>
    createTopics(readKafkaConnection({ ...addresses, ...changes }), { partitions: 1 })
  const noSasl = { KAFKA_SASL_MECHANISM: '', KAFKA_SASL_USERNAME: '', KAFKA_SASL_PASSWORD: '' }
  const noTls = { KAFKA_SSL: '', KAFKA_SSL_CA: '' }
  const byCertificate = () => ({
    ...noSasl,
    KAFKA_BROKERS: stack.security?.certificateBrokers ?? '',
    KAFKA_SSL_CERT: certificates().clientCert,
    KAFKA_SSL_KEY: certificates().clientKey,
  })

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('is reached by %s', mechanism =>
    reach({ KAFKA_SASL_MECHANISM: mechanism }),
  )

  it('is reached by a client certificate', () => reach(byCertificate()))

  const wrong: [what: string, changes: () => Record<string, string>, advice: string][] = [
    ['password', () => ({ KAFKA_SASL_PASSWORD: 'wrong' }), 'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'],
    [
      'password of PLAIN',
      () => ({ KAFKA_SASL_PASSWORD: 'wrong', KAFKA_SASL_MECHANISM: 'PLAIN' }),
      'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
    ],
    ['no password', () => noSasl, 'check KAFKA_SASL_MECHANISM: the brokers may require a password'],
    ['no TLS', () => noTls, 'check KAFKA_SSL: the brokers may require TLS'],
    ['neither', () => ({ ...noTls, ...noSasl }), 'check KAFKA_SSL and KAFKA_SASL_MECHANISM'],
    ['authority', () => ({ KAFKA_SSL_CA: certificates().clientCert }), 'check KAFKA_SSL_CA'],
    ['no authority', () => ({ KAFKA_SSL_CA: '' }), 'check KAFKA_SSL_CA'],
    [
      'no client certificate',
      () => ({ ...byCertificate(), KAFKA_SSL_CERT: '', KAFKA_SSL_KEY: '' }),
      'check KAFKA_SSL_CERT',
    ],
    [
      'password where none is asked for',
      () => {
        const { KAFKA_SASL_MECHANISM: _m, KAFKA_SASL_USERNAME: _u, KAFKA_SASL_PASSWORD: _p, ...rest } = byCertificate()
        return rest
      },
      'check KAFKA_SASL_MECHANISM: this port of the brokers takes no SASL',
    ],
  ]
  it.each(wrong)('names the setting when it is wrong: %s', async (_what, changes, advice) => {
    await expect(reach(changes())).rejects.toThrow(advice)
  })

  it.runIf(other)('names the brokers when their certificate is for other hosts', async () => {
    const brokers = await underAnotherName(addresses.KAFKA_BROKERS?.split(':')[1] ?? '')
    await expect(reach({ KAFKA_BROKERS: brokers })).rejects.toThrow('check KAFKA_BROKERS: the server')
  })
})

describe('PostgreSQL', () => {
  const base = () => addresses.ORDER_DATABASE_URL?.split('?')[0] ?? ''
  /** Whether the session is encrypted. */
  async function reach(parameters: Record<string, string>, url = base()): Promise<boolean> {
    const database = openDatabase({ url: `${url}?${new URLSearchParams(parameters)}`, name: 'test', poolSize: 1 })
    try {
      await database.check()
      const [row] = await database.client`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
      return row?.ssl
    } finally {
      await database.close()
    }
  }
  const ca = () => ({ sslrootcert: certificates().ca })

  it.each(['allow', 'prefer', 'require'])('is reached by sslmode=%s, encrypted', async sslmode => {
    expect(await reach({ sslmode })).toBe(true)
  })

  it.each(['allow', 'prefer', 'require', 'verify-ca', 'verify-full'])('is verified by sslmode=%s', async sslmode => {
    expect(await reach({ sslmode, ...ca() })).toBe(true)
    expect(
      await reach({ sslmode, ...ca(), sslnegotiation: 'postgres' }, base().replace('127.0.0.1', 'localhost')),
    ).toBe(true)
  })

  it('is reached by a handshake without a question, and by the second of two hosts', async () => {
    expect(await reach({ sslmode: 'verify-full', ...ca(), sslnegotiation: 'direct' })).toBe(true)
    const two = base().replace(/127\.0\.0\.1:(\d+)/, '127.0.0.1:1,127.0.0.1:$1')
    expect(await reach({ sslmode: 'verify-full', ...ca() }, two)).toBe(true)
  })

  it.each([{}, { sslmode: 'disable' }])('names sslmode when it is reached without TLS: %o', async parameters => {
    await expect(reach(parameters as Record<string, string>)).rejects.toThrow(
      'the server demands TLS: set sslmode=verify-full and sslrootcert in the database address',
    )
  })

  it.each(['require', 'verify-ca', 'verify-full'])(
    'sslmode=%s refuses another authority, and names it',
    async sslmode => {
      await expect(reach({ sslmode, sslrootcert: certificates().clientCert })).rejects.toThrow('check sslrootcert in')
    },
  )

  it('the authorities of the system do not know it', async () => {
    await expect(reach({ sslrootcert: 'system' })).rejects.toThrow('check sslrootcert in')
  })

  it.runIf(other)('only verify-full refuses another host name', async () => {
    const { port } = new URL(base())
    const elsewhere = base().replace(`127.0.0.1:${port}`, await underAnotherName(port))
    await expect(reach({ sslmode: 'verify-full', ...ca() }, elsewhere)).rejects.toThrow('check the host in')
    expect(await reach({ sslmode: 'verify-ca', ...ca() }, elsewhere)).toBe(true)
  })

  it('names the password', async () => {
    const url = base().replace(/:[^:@]+@/, ':wrong@')
    await expect(reach({ sslmode: 'verify-full', ...ca() }, url)).rejects.toThrow('check user name and password in')
  })

  it('recovers after a failed handshake with the same pool', async () => {
    const database = openDatabase({ url: `${base()}?sslmode=require`, name: 'test', poolSize: 1 })
    onTestFinished(() => database.close())
    await stack.servers.postgres?.stop()
    await expect(database.check()).rejects.toThrow()
    await stack.servers.postgres?.start()
    await waitUntil(() => database.check().then(() => true), { timeoutMs: 30_000 })
  })

  describe('with other rules', () => {
    /** Replaces pg_hba.conf, whose first rules are for a role of the test. */
    async function withRules(...rules: string[]): Promise<string> {
      const admin = openPostgres(addresses.postgresAdminUrl ?? '', { max: 1, onnotice: () => {} })
      const before = 'hostssl all all 127.0.0.1/32 scram-sha-256'
      const write = async (...lines: string[]) => {
        const [row] = await admin`select current_setting('hba_file') as file`
        const rows = lines.map(line => `('${line}')`).join(', ')
        await admin.unsafe(`copy (values ${rows}) to '${row?.file}'`)
        await admin`select pg_reload_conf()`
      }
      await admin.unsafe(`drop role if exists shop; create role shop login superuser password 'p'`).simple()
      await write(...rules, before)
      onTestFinished(async () => {
        await write(before)
        await admin.end()
      })
      return `postgres://shop:p@127.0.0.1:${new URL(base()).port}/postgres`
    }

    it('allow and prefer fall back to what the server takes', async () => {
      const url = await withRules('hostnossl all shop 127.0.0.1/32 scram-sha-256', 'host all shop 127.0.0.1/32 reject')
      await waitUntil(async () => !(await reach({ sslmode: 'allow' }, url)), { timeoutMs: 30_000 })
      expect(await reach({ sslmode: 'prefer' }, url)).toBe(false)
      await expect(reach({ sslmode: 'require' }, url)).rejects.toThrow('pg_hba.conf')
    })

    it('is reached by a client certificate, and asks for it', async () => {
      const url = await withRules('hostssl all shop 127.0.0.1/32 cert')
      const client = { sslcert: certificates().clientCert, sslkey: certificates().clientKey }
      await waitUntil(() => reach({ sslmode: 'verify-full', ...ca(), ...client }, url), { timeoutMs: 30_000 })
      await expect(reach({ sslmode: 'verify-full', ...ca() }, url)).rejects.toThrow('set sslcert and sslkey in')
    })
  })
})

describe('Redis', () => {
  /** Waits until it answers, or is reported as unavailable: returns the reason, and what was logged. */
  async function reach(changes: Record<string, string> = {}): Promise<{ reason?: string; log: string }> {
    const lines: string[] = []
    const logger = createLogger('test', 'warn', { write: line => void lines.push(line) })
    const redis = openRedis(redisConnection({ ...addresses, ...changes } as { REDIS_URL: string }), logger, 'commands')
    onTestFinished(() => redis.disconnect(false))
    return waitUntil(
      async () => {
        const log = lines.join('')
        if (redis.status === 'ready') return { log, ...(await redis.ping().then(() => ({}))) }
        if (log === '') throw new Error('nothing yet')
        return {
          log,
          reason: await checkRedis(redis).then(
            () => '',
            error => error.message,
          ),
        }
      },
      { timeoutMs: 30_000 },
    )
  }
  const address = () => addresses.REDIS_URL ?? ''

  it('is reached with TLS, user name and password', async () => {
    expect(await reach()).toEqual({ log: '' })
  })

  const wrong: [what: string, changes: () => Record<string, string>, advice: string][] = [
    [
      'no TLS',
      () => ({ REDIS_URL: address().replace('rediss:', 'redis:'), REDIS_SSL_CA: '' }),
      'for a server with TLS it begins with rediss://',
    ],
    ['no authority', () => ({ REDIS_SSL_CA: '' }), 'check REDIS_SSL_CA'],
    ['password', () => ({ REDIS_URL: address().replace(/:[^:@/]+@/, ':wrong@') }), 'the password in REDIS_URL'],
    ['no password', () => ({ REDIS_URL: address().replace(/\/[^/]+@/, '/') }), 'the password in REDIS_URL'],
    [
      'port of another server',
      () => ({ REDIS_URL: address().replace(/\d+$/, new URL(addresses.postgresAdminUrl ?? '').port) }),
      'check REDIS_URL: its port may not speak TLS',
    ],
  ]
  it.each(wrong)('names the setting when it is wrong: %s', async (_what, changes, advice) => {
    const { reason, log } = await reach(changes())
    expect(reason).toContain(advice)
    expect(log).toContain(advice)
    expect(log).not.toContain(new URL(address()).password)
  })

  it.runIf(other)('names the address when its certificate is for other hosts', async () => {
    const { host, port } = new URL(address())
    const changes = { REDIS_URL: address().replace(host, await underAnotherName(port)) }
    expect((await reach(changes)).reason).toContain('check REDIS_URL: the server')
  })
})
