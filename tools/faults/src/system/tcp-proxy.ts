import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy between clients and a server that can disturb connections. */
export interface TcpProxy {
  /** Listens on 127.0.0.1. */
  readonly port: number
  /** The targets of new connections, in turn; one that refuses is skipped. Without targets, connections are reset. */
  setTargets(ports: readonly number[]): void
  /** Passes everything, including what was delayed. */
  heal(): void
  /** Delays each chunk by this, ms, in both directions. */
  slow(latencyMs: number): void
  /** Resets every connection, and each new one immediately. */
  cut(): void
  /** Half-open: nothing passes and no side is informed; new connections are accepted and left hanging. */
  stall(): void
  /** Resets every present connection, as a restarted peer does. */
  reset(): void
  /**
   * Loses the host of some clients: whatever they and the server send each other is dropped, also the end of a connection.
   * New connections from there are accepted and left hanging. Other clients are not affected.
   *
   * @param isGone whether the client with this port is on that host
   */
  loseHost(isGone: (clientPort: number) => boolean): void
  /** Restores the host: its old connections are reset, and new ones work. */
  restoreHost(): void
  /** The port of the client whose connection reaches the server from this port of the proxy, or undefined. */
  clientOf(ownPort: number): number | undefined
  /** The number of clients' connections. */
  connections(): number
  /** Resets every connection and stops listening. */
  close(): Promise<void>
}

type Mode = { kind: 'open' } | { kind: 'slow'; latencyMs: number } | { kind: 'cut' } | { kind: 'stalled' }

/** Opens a proxy on a free port, or on the one given. It has no targets yet. */
export async function openTcpProxy(port = 0): Promise<TcpProxy> {
  let mode: Mode = { kind: 'open' }
  let targets: readonly number[] = []
  let turn = 0
  let isGone: ((clientPort: number) => boolean) | undefined
  const links = new Set<Link>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    if (mode.kind === 'cut') return void client.resetAndDestroy()
    const link = new Link(client, () => mode)
    links.add(link)
    link.gone.then(() => links.delete(link))
    if (isGone?.(link.clientPort)) return link.lose()
    if (mode.kind !== 'stalled') link.open(inTurn())
  })
  // A client that gives up while it is being accepted is not an error.
  server.on('error', () => {})
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')

  function inTurn(): number[] {
    const first = turn++ % Math.max(1, targets.length)
    return [...targets.slice(first), ...targets.slice(0, first)]
  }

  function change(to: Mode): void {
    mode = to
    for (const link of links) {
      if (to.kind !== 'stalled' && to.kind !== 'cut' && !link.opened && !link.lost) link.open(inTurn())
      link.flow()
    }
  }

  function reset(): void {
    for (const link of links) if (!link.lost) link.reset()
  }

  function restoreHost(): void {
    isGone = undefined
    for (const link of links) if (link.lost) link.reset()
  }

  return {
    port: (server.address() as AddressInfo).port,
    setTargets(ports) {
      targets = ports
    },
    heal: () => change({ kind: 'open' }),
    slow: latencyMs => change({ kind: 'slow', latencyMs }),
    cut() {
      change({ kind: 'cut' })
      reset()
    },
    stall: () => change({ kind: 'stalled' }),
    reset,
    loseHost(isOnHost) {
      isGone = isOnHost
      for (const link of links) if (isOnHost(link.clientPort)) link.lose()
    },
    restoreHost,
    clientOf: ownPort => [...links].find(link => link.ownPort === ownPort)?.clientPort,
    connections: () => links.size,
    async close() {
      mode = { kind: 'cut' }
      restoreHost()
      reset()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client's connection and the one to its target. */
class Link {
  opened = false
  /** The client's host has vanished: everything between the two sides is dropped. */
  lost = false
  readonly clientPort: number
  /** Settles when both sides are closed. */
  readonly gone: Promise<void>
  readonly #gone = Promise.withResolvers<void>()
  readonly #client: Socket
  readonly #mode: () => Mode
  #directions: Direction[] = []
  #server: Socket | undefined

  constructor(client: Socket, mode: () => Mode) {
    this.#client = client
    this.#mode = mode
    this.clientPort = client.remotePort ?? 0
    this.gone = this.#gone.promise
    client.pause()
    client.on('error', () => this.lost || this.reset())
    client.once('close', () => {
      if (!this.lost) this.#server?.destroy()
      this.#settle()
    })
  }

  /** The port from which the server is reached. */
  get ownPort(): number | undefined {
    return this.#server?.localPort
  }

  /** From now on everything that either side sends is dropped, also its end. */
  lose(): void {
    this.lost = true
    this.flow()
  }

  /** Connects to the first of these ports that accepts; resets where none does. */
  open(ports: readonly number[]): void {
    this.opened = true
    const [port, ...further] = ports
    if (port === undefined || this.#client.destroyed) {
      this.reset()
      return
    }
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const refused = () => this.open(further)
    server.once('error', refused)
    server.once('connect', () => {
      server.off('error', refused)
      if (this.#client.destroyed) return server.destroy()
      this.#server = server
      server.on('error', () => this.lost || this.reset())
      server.once('close', () => {
        if (!this.lost) this.#client.destroy()
        this.#settle()
      })
      const isLost = () => this.lost
      this.#directions = [
        new Direction(this.#client, server, { mode: this.#mode, isLost }),
        new Direction(server, this.#client, { mode: this.#mode, isLost }),
      ]
      this.flow()
    })
  }

  /** Passes or pauses data, as the mode demands. */
  flow(): void {
    for (const direction of this.#directions) direction.flow()
    if (this.lost && this.#directions.length === 0) this.#client.resume()
  }

  reset(): void {
    this.#client.resetAndDestroy()
    this.#server?.resetAndDestroy()
    this.#settle()
  }

  #settle(): void {
    const isOver = (socket: Socket | undefined) => socket === undefined || socket.destroyed
    if (isOver(this.#client) && isOver(this.#server)) this.#gone.resolve()
  }
}

/** The data in one direction. */
class Direction {
  readonly #from: Socket
  readonly #to: Socket
  readonly #mode: () => Mode
  readonly #isLost: () => boolean
  #isFull = false
  /** When the last delayed chunk is passed on, ms: no later one overtakes it. */
  #lastAtMs = 0

  constructor(from: Socket, to: Socket, { mode, isLost }: { mode: () => Mode; isLost: () => boolean }) {
    this.#from = from
    this.#to = to
    this.#mode = mode
    this.#isLost = isLost
    from.on('data', chunk => this.#later(() => this.#pass(chunk)))
    from.once('end', () => this.#later(() => this.#isLost() || to.end()))
    to.on('drain', () => {
      this.#isFull = false
      this.flow()
    })
  }

  flow(): void {
    // Paused data stays with the sender, whose buffers fill up, as in a network.
    // Dropped data is read all the same, so that its sender notices nothing.
    if (this.#isLost()) this.#from.resume()
    else if (this.#isFull || this.#mode().kind === 'stalled') this.#from.pause()
    else this.#from.resume()
  }

  #pass(chunk: Buffer): void {
    if (this.#isLost() || this.#to.destroyed || this.#to.writableEnded) return
    if (!this.#to.write(chunk)) {
      this.#isFull = true
      this.flow()
    }
  }

  #later(act: () => void): void {
    const mode = this.#mode()
    const nowMs = performance.now()
    const atMs = Math.max(this.#lastAtMs, mode.kind === 'slow' ? nowMs + mode.latencyMs : 0)
    if (atMs <= nowMs) act()
    else {
      this.#lastAtMs = atMs
      setTimeout(act, atMs - nowMs)
    }
  }
}
