import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { beforeAll, it, type TestContext } from 'vitest'
import { issueCertificates } from './servers/certificates.ts'

// Servers that accept a connection and then stop at one of its steps: an attempt has one time-out for all of them.

const timeoutS = 4
/** Each step takes this long before the next one stalls: with a time-out of its own it would end after 6.8 s. */
const stepMs = 2_800
const endsByMs = 6_000

/** Starts a server that does this with each connection, and returns its address. */
async function serve(
  handle: (socket: Socket) => unknown,
  { onTestFinished }: TestContext,
): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    void handle(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { url: `postgres://shop:p@127.0.0.1:${(server.address() as AddressInfo).port}/shop`, sockets }
}

/** Answers that it speaks TLS, after a while. */
async function acceptTls(socket: Socket): Promise<void> {
  await once(socket, 'data')
  await delay(stepMs)
  socket.write('S')
}

let pair: { cert: Buffer; key: Buffer }
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'silent-postgres-'))
  try {
    const { serverCert, serverKey } = await issueCertificates(dir)
    pair = { cert: readFileSync(serverCert), key: readFileSync(serverKey) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

async function handshake(socket: Socket): Promise<TLSSocket> {
  await acceptTls(socket)
  // Before the next turn of the event loop, in which the client's first message may arrive.
  const secure = new TLSSocket(socket, { isServer: true, ...pair }).on('error', () => {})
  await once(secure, 'secure')
  return secure
}

/** Serves a connection until it stalls, and reports the last step before that. */
type Handle = (socket: Socket, report: (step: string) => void) => unknown

const servers: [what: string, handle: Handle, reached: string][] = [
  ['never answers', socket => socket.resume(), ''],
  ['stalls in the TLS handshake', acceptTls, ''],
  [
    'is silent after the TLS handshake',
    async (socket, report) => {
      const secure = await handshake(socket)
      report('encrypted')
      secure.resume()
    },
    'encrypted',
  ],
  [
    'stalls while it authenticates',
    async (socket, report) => {
      const secure = await handshake(socket)
      await once(secure, 'data')
      // AuthenticationCleartextPassword
      secure.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      await once(secure, 'data')
      report('password received')
      secure.resume()
    },
    'password received',
  ],
]

const cases = servers.flatMap(([what, ...server]) =>
  ['require', 'prefer'].map(mode => [mode, what, ...server] as const),
)

// `for`, because tests that run at the same time need the context of each.
it.for(cases)(
  'ends in time with sslmode=%s at a server that %s',
  { timeout: 60_000, concurrent: true },
  async ([sslmode, , handle, reached], context) => {
    const { expect } = context
    let step = ''
    const report = (done: string) => {
      step = done
    }
    const { url, sockets } = await serve(socket => handle(socket, report), context)
    const client = openPostgres(`${url}?sslmode=${sslmode}`, { max: 1, connect_timeout: timeoutS })
    const startedAt = performance.now()
    const error = await client`select 1`.catch((error: Error) => error)
    const tookMs = performance.now() - startedAt
    expect(String(error)).toContain('CONNECT_TIMEOUT')
    expect(step).toBe(reached)
    expect(tookMs).toBeGreaterThan(timeoutS * 1_000 - 200)
    expect(tookMs).toBeLessThan(endsByMs)
    await client.end({ timeout: 0 })
    await expect.poll(() => sockets.size, { timeout: 30_000 }).toBe(0)
  },
)
