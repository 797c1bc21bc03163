import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between clients and a server, and lets through what it is told to. */
export interface TcpProxy {
  /** Listens on 127.0.0.1. */
  readonly port: number
  /** Where new connections lead: several take turns, and one that refuses is passed over. None refuse. */
  leadTo(ports: readonly number[]): void
  /** Everything passes, what was held up too. */
  heal(): void
  /** Each piece of data waits this long, ms, in both directions. */
  slow(latencyMs: number): void
  /** Resets every connection, and each new one at once. */
  cut(): void
  /** Half-open: nothing passes and nobody is told; new connections are taken and nothing comes of them. */
  stall(): void
  /** Resets every connection that there is, as a peer does that has forgotten them. */
  reset(): void
  /**
   * The host of some clients has vanished: whatever it and the server send each other is lost, and neither is told, not even
   * when one of them closes. New connections from there are taken, and nothing comes of them. Others are as ever.
   *
   * @param isGone whether the client with this port is on that host
   */
  lose(isGone: (clientPort: number) => boolean): void
  /** The host is back, or another in its place: what it had open is reset, and new connections are as ever. */
  find(): void
  /** The port of the client whose connection reaches the server from this port of ours, or undefined. */
  clientOf(ownPort: number): number | undefined
  /** Connections of clients now. */
  connections(): number
  /** Resets what there is and listens no more. */
  close(): Promise<void>
}

type Mode = { kind: 'open' } | { kind: 'slow'; latencyMs: number } | { kind: 'cut' } | { kind: 'stalled' }

/** Opens a proxy on a port of its own, or on the one given. It leads nowhere until it is told where. */
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
  // A client that gives up while it is being taken is no concern of ours.
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

  function find(): void {
    isGone = undefined
    for (const link of links) if (link.lost) link.reset()
  }

  return {
    port: (server.address() as AddressInfo).port,
    leadTo(ports) {
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
    lose(isTheirs) {
      isGone = isTheirs
      for (const link of links) if (isTheirs(link.clientPort)) link.lose()
    },
    find,
    clientOf: ownPort => [...links].find(link => link.ownPort === ownPort)?.clientPort,
    connections: () => links.size,
    async close() {
      mode = { kind: 'cut' }
      find()
      reset()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client's connection and the one that it leads to. */
class Link {
  opened = false
  /** The client's host has vanished: neither side hears of the other any more. */
  lost = false
  readonly clientPort: number
  /** Settles when neither side is left. */
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

  /** From now on everything that either side sends is lost, and what one side does is not told to the other. */
  lose(): void {
    this.lost = true
    this.flow()
  }

  /** Leads to the first of these that takes it; resets where none does. */
  open(ports: readonly number[]): void {
    this.opened = true
    const [port, ...others] = ports
    if (port === undefined || this.#client.destroyed) {
      this.reset()
      return
    }
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const refused = () => this.open(others)
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

  /** Lets flow, or holds up, as the mode says. */
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

/** What goes one way. */
class Direction {
  readonly #from: Socket
  readonly #to: Socket
  readonly #mode: () => Mode
  readonly #isLost: () => boolean
  #isFull = false
  /** When the last piece that waits goes on, ms: none overtakes it. */
  #lastAtMs = 0

  constructor(from: Socket, to: Socket, { mode, isLost }: { mode: () => Mode; isLost: () => boolean }) {
    this.#from = from
    this.#to = to
    this.#mode = mode
    this.#isLost = isLost
    from.on('data', piece => this.#later(() => this.#pass(piece)))
    from.once('end', () => this.#later(() => this.#isLost() || to.end()))
    to.on('drain', () => {
      this.#isFull = false
      this.flow()
    })
  }

  flow(): void {
    // What is held up stays where the network would keep it: with the sender, who goes on filling its buffers.
    // What is lost is taken all the same, so that its sender sees nothing.
    if (this.#isLost()) this.#from.resume()
    else if (this.#isFull || this.#mode().kind === 'stalled') this.#from.pause()
    else this.#from.resume()
  }

  #pass(piece: Buffer): void {
    if (this.#isLost() || this.#to.destroyed || this.#to.writableEnded) return
    if (!this.#to.write(piece)) {
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
