import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createTestDatabase, type TestDatabase, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isUnreachable } from '../problem-of.ts'
import { openPostgres } from './postgres.ts'

const silentMaxMs = 1_000
let database: TestDatabase
let proxy: Awaited<ReturnType<typeof startProxy>>
let sql: ReturnType<typeof openPostgres>

/** A way to PostgreSQL whose present connections can become silent, as when the server's host is gone. */
async function startProxy(target: URL) {
  const open = new Set<Socket>()
  const keep = (socket: Socket) => open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)))
  const server = createServer(client => {
    const inner = connect(Number(target.port), target.hostname)
    keep(client)
    keep(inner)
    client.pipe(inner)
    inner.pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: String(url),
    silence() {
      for (const socket of open) socket.unpipe().pause()
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

beforeAll(async () => {
  database = await createTestDatabase('silent_server')
})
beforeEach(async () => {
  proxy = await startProxy(new URL(database.url))
  sql = openPostgres(proxy.url, { max: 1, connect_timeout: 5, onnotice: () => {} }, { silentMaxMs })
})
afterEach(async () => {
  await sql.end({ timeout: 0 })
  await proxy.close()
})
afterAll(() => database?.drop())

const backend = async () => (await sql`select pg_backend_pid() as pid`)[0]?.pid as number
/** The session of the next connection. A statement that is sent while one closes is rejected. */
const nextBackend = () => waitUntil(() => backend().catch(() => undefined), { what: 'a new connection answers' })

describe('a connection to a server that no longer answers', () => {
  it('is ended: its statement is rejected as unreachable, and the next one gets a new connection', async () => {
    const before = await backend()
    proxy.silence()
    const error = await sql`select 1`.catch((failure: unknown) => failure)
    expect(isUnreachable(error)).toBe(true)
    expect(await nextBackend()).not.toBe(before)
  })

  it('is ended, although further statements are sent to it', async () => {
    await backend()
    proxy.silence()
    let ended = false
    const first = sql`select 1`.catch(() => {
      ended = true
    })
    const later: Promise<unknown>[] = []
    while (!ended) {
      later.push(sql`select 2`.catch(() => {}))
      await Promise.race([first, new Promise(resolve => setTimeout(resolve, 100))])
    }
    await Promise.all(later)
    expect(await nextBackend()).toBeGreaterThan(0)
  })

  it('ends a transaction that waits for it', async () => {
    const waiting = sql.begin(async tx => {
      await tx`select 1`
      proxy.silence()
      await tx`select 2`
    })
    expect(isUnreachable(await waiting.catch((failure: unknown) => failure))).toBe(true)
    expect(await nextBackend()).toBeGreaterThan(0)
  })
})

describe('a connection to a server that answers', () => {
  it('stays while nothing is sent, and while a statement takes less than the limit', async () => {
    const before = await backend()
    // Twice the limit, without a word to the connection under test.
    const other = openPostgres(database.url, { max: 1 })
    await other`select pg_sleep(${(2 * silentMaxMs) / 1_000})`
    await other.end()
    expect(await backend()).toBe(before)
    await sql`select pg_sleep(${silentMaxMs / 2_000})`
    expect(await backend()).toBe(before)
  })

  it('fails at once where nothing listens, and reports it to each statement', async () => {
    const url = new URL(proxy.url)
    await proxy.close()
    const nowhere = openPostgres(String(url), { max: 1, connect_timeout: 5 }, { silentMaxMs })
    expect(isUnreachable(await nowhere`select 1`.catch((failure: unknown) => failure))).toBe(true)
    expect(isUnreachable(await nowhere`select 1`.catch((failure: unknown) => failure))).toBe(true)
    await nowhere.end({ timeout: 0 })
    proxy = await startProxy(new URL(database.url))
  })
})
