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
  const links = new Set<Link>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    if (mode.kind === 'cut') return void client.resetAndDestroy()
    const link = new Link(client, () => mode)
    links.add(link)
    client.once('close', () => links.delete(link))
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
      if (to.kind !== 'stalled' && to.kind !== 'cut' && !link.opened) link.open(inTurn())
      link.flow()
    }
  }

  function reset(): void {
    for (const link of links) link.reset()
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
    connections: () => links.size,
    async close() {
      mode = { kind: 'cut' }
      reset()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client's connection and the one that it leads to. */
class Link {
  opened = false
  readonly #client: Socket
  readonly #mode: () => Mode
  #directions: Direction[] = []
  #server: Socket | undefined

  constructor(client: Socket, mode: () => Mode) {
    this.#client = client
    this.#mode = mode
    client.pause()
    client.on('error', () => this.reset())
    client.once('close', () => this.#server?.destroy())
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
      server.on('error', () => this.reset())
      server.once('close', () => this.#client.destroy())
      this.#directions = [
        new Direction(this.#client, server, this.#mode),
        new Direction(server, this.#client, this.#mode),
      ]
      this.flow()
    })
  }

  /** Lets flow, or holds up, as the mode says. */
  flow(): void {
    for (const direction of this.#directions) direction.flow()
  }

  reset(): void {
    this.#client.resetAndDestroy()
    this.#server?.resetAndDestroy()
  }
}

/** What goes one way. */
class Direction {
  readonly #from: Socket
  readonly #to: Socket
  readonly #mode: () => Mode
  #isFull = false
  /** When the last piece that waits goes on, ms: none overtakes it. */
  #lastAtMs = 0

  constructor(from: Socket, to: Socket, mode: () => Mode) {
    this.#from = from
    this.#to = to
    this.#mode = mode
    from.on('data', piece => this.#later(() => this.#pass(piece)))
    from.once('end', () => this.#later(() => to.end()))
    to.on('drain', () => {
      this.#isFull = false
      this.flow()
    })
  }

  flow(): void {
    // What is held up stays where the network would keep it: with the sender, who goes on filling its buffers.
    if (this.#isFull || this.#mode().kind === 'stalled') this.#from.pause()
    else this.#from.resume()
  }

  #pass(piece: Buffer): void {
    if (this.#to.destroyed || this.#to.writableEnded) return
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
