import { isIP, connect as openSocket, type Socket } from 'node:net'
import { checkServerIdentity, connect as openTls, type TLSSocket } from 'node:tls'
import { FallbackSocket } from './fallback-socket.ts'
import type { PostgresTls } from './postgres-address.ts'
import { endWhenSilent } from './silent-server.ts'
import { adviceOnTls } from './tls-advice.ts'

/** What the driver passes to the function that opens its sockets. */
interface DriverOptions {
  host: readonly string[]
  port: readonly number[]
  /** Of a Unix socket; otherwise not set. */
  path: string | false | undefined
  /** s */
  connect_timeout: number
}

interface Server {
  host: string
  port: number
  /** When the attempt to connect ends, by `performance.now()`: all of its steps share one time-out. */
  endsAtMs: number
}

/** A connection that could not be encrypted or verified as the address demands. Says which parameter to look at. */
class TlsFailure extends Error {
  override name = 'TlsFailure'
  readonly code = 'TLS_FAILED'
}

/** Message that asks whether the server speaks TLS: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
/** Message that ends the start of a session: ReadyForQuery, idle. */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/** How the driver's connections are opened and watched. */
export interface SocketOptions {
  /** Undefined: not encrypted. */
  tls: PostgresTls | undefined
  /** A connection whose server owes an answer for so long is ended, ms; see `endWhenSilent`. Undefined: never. */
  silentMaxMs: number | undefined
}

/**
 * Opens the driver's connections. The driver can do TLS itself, but knows neither `allow`, `verify-ca` nor authorities,
 * verifies an IP address as `localhost`, and continues after a server has refused TLS. With TLS an attempt takes
 * `connect_timeout` at most: connection, TLS and authentication together.
 */
export function postgresSockets({
  tls,
  silentMaxMs,
}: SocketOptions): (options: DriverOptions) => Promise<Socket | FallbackSocket> {
  const watched = <S extends Socket>(socket: S): S =>
    silentMaxMs === undefined ? socket : endWhenSilent(socket, silentMaxMs)
  let opened = 0
  return async ({ host, port, path, connect_timeout }) => {
    const index = opened++ % host.length
    const endsAtMs = performance.now() + connect_timeout * 1_000
    const server = { host: host[index] ?? '', port: port[index] ?? 5432, endsAtMs }
    if (tls === undefined) {
      // In a microtask no error is reported before the driver listens for errors, which it does in the next ones.
      await undefined
      return named(watched(openSocket(path ? { path } : { host: server.host, port: server.port })), server)
    }
    const encrypted = async () => watched(await openEncrypted(server, tls))
    const plain = async () => watched(await openPlain(server))
    if (tls.mode === 'allow') return named(new FallbackSocket([plain, encrypted]), server)
    if (tls.mode === 'prefer') return named(new FallbackSocket([encrypted, plain]), server)
    try {
      return named(endUnlessReady(await encrypted(), server), server)
    } catch (error) {
      return failing(error as Error)
    }
  }
}

/** The driver takes them for its messages. */
const named = <S extends object>(socket: S, { host, port }: Server): S => Object.assign(socket, { host, port })

/** A socket that reports an error once the driver listens: the driver never recovers from a socket that it did not get. */
const failing = (error: Error) => new FallbackSocket([() => Promise.reject(error)])

async function openPlain(server: Server): Promise<Socket> {
  const { host, port } = server
  const socket = openSocket({ host, port })
  await until(socket, 'connect', server)
  return socket
}

async function openEncrypted(server: Server, tls: PostgresTls): Promise<TLSSocket> {
  const socket = await openPlain(server)
  const { host, port } = server
  if (!tls.isDirect) {
    socket.write(sslRequest)
    const answer = (await until(socket, 'data', server).catch(error => {
      throw failed(server, tls, error)
    })) as Buffer
    if (answer.toString('latin1') !== 'S') {
      socket.destroy()
      // `N`, or an error; more than one byte would be a reply that someone slipped in before the handshake.
      throw new TlsFailure(
        `PostgreSQL at ${host}:${port} does not speak TLS, but sslmode=${tls.mode} ${inAddress} demands it`,
      )
    }
  }
  const secure = openTls({
    socket,
    ...(isIP(host) ? {} : { servername: host }),
    ...(tls.isDirect ? { ALPNProtocols: ['postgresql'] } : {}),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...tls.client,
    rejectUnauthorized: tls.isVerified,
    // Node would compare an IP address with the name of this socket, which has none.
    checkServerIdentity: (_, certificate) => (tls.isNameVerified ? checkServerIdentity(host, certificate) : undefined),
  })
  await until(secure, 'secureConnect', server).catch(error => {
    throw failed(server, tls, error)
  })
  if (tls.isDirect && secure.alpnProtocol !== 'postgresql') {
    secure.destroy()
    throw new TlsFailure(`the server at ${host}:${port} is no PostgreSQL with sslnegotiation=direct (17 or newer)`)
  }
  return secure
}

const inAddress = 'in the database address (…_DATABASE_URL)'

function failed({ host, port }: Server, { mode }: PostgresTls, cause: Error): Error {
  const advice = adviceOnTls(`${(cause as NodeJS.ErrnoException).code} ${cause.message}`, {
    ca: `sslrootcert ${inAddress}`,
    names: `the host ${inAddress}`,
    client: `sslcert and sslkey ${inAddress}`,
    notTls: `host and port ${inAddress}`,
  })
  const reason = `TLS to PostgreSQL at ${host}:${port} (sslmode=${mode}) failed: ${cause.message.trim()}`
  return new TlsFailure(advice === undefined ? reason : `${reason}; ${advice}`, { cause })
}

/** What the driver reports about an attempt that took too long. */
const tooLate = ({ host, port }: Server) =>
  Object.assign(new Error(`write CONNECT_TIMEOUT ${host}:${port}`), { code: 'CONNECT_TIMEOUT' })

/** Calls `end` once the time of the attempt is over; returns what cancels that. */
function atTheEnd({ endsAtMs }: Server, end: () => void): () => void {
  const timer = setTimeout(end, Math.max(0, endsAtMs - performance.now()))
  return () => clearTimeout(timer)
}

/** Destroys the socket if PostgreSQL has not accepted the session in time: the driver's own timer begins only now. */
function endUnlessReady<S extends Socket>(socket: S, server: Server): S {
  let tail = Buffer.alloc(0)
  const cancel = atTheEnd(server, () => socket.destroy(tooLate(server)))
  const stop = () => {
    cancel()
    socket.off('data', onData).off('close', stop)
  }
  const onData = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-readyForQuery.length)
    if (tail.equals(readyForQuery)) stop()
  }
  return socket.on('data', onData).once('close', stop)
}

/** Resolves with the first argument of an event; rejects when the socket fails, closes or takes too long. */
function until(socket: Socket, event: string, server: Server): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const closed = Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' })
  const cancel = atTheEnd(server, () => reject(tooLate(server)))
  const onClose = () => reject(closed)
  socket.once(event, resolve).once('error', reject).once('close', onClose)
  return promise
    .catch(error => {
      // What the socket reports afterwards is a consequence.
      socket.on('error', () => {}).destroy()
      throw error
    })
    .finally(() => {
      cancel()
      socket.off(event, resolve).off('error', reject).off('close', onClose)
    })
}
