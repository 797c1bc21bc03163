import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** First byte of an error that PostgreSQL answers to a start-up message. */
const errorResponse = 'E'.charCodeAt(0)

/**
 * A connection to PostgreSQL that is opened in another way when the server refuses the first, as libpq does with
 * sslmode=allow and prefer: when it cannot be opened, or when the start-up message is answered with an error. What was
 * sent until then is sent again.
 */
export class FallbackSocket extends Duplex {
  readonly #ways: (() => Promise<Socket>)[]
  /** What was sent before the server's first answer; undefined after it. */
  #unanswered: Buffer[] | undefined = []
  #inner: Socket | undefined
  #keepAlive: [isEnabled: boolean, delayMs: number] | undefined

  constructor(ways: readonly (() => Promise<Socket>)[]) {
    super()
    this.#ways = [...ways]
    void this.#open()
  }

  /** As sockets have it: the driver says goodbye only on an open one. */
  get readyState(): 'open' | 'opening' | 'closed' {
    if (this.destroyed) return 'closed'
    return this.#inner === undefined ? 'opening' : 'open'
  }

  /** A close says whether it follows an error, as that of a socket does: the driver then waits longer each time. */
  override emit(event: string | symbol, ...details: unknown[]): boolean {
    return event === 'close' ? super.emit(event, this.errored !== null) : super.emit(event, ...details)
  }

  setKeepAlive(isEnabled: boolean, delayMs: number): this {
    // The driver asks for it before the connection is open.
    this.#keepAlive = [isEnabled, delayMs]
    this.#inner?.setKeepAlive(isEnabled, delayMs)
    return this
  }

  async #open(): Promise<void> {
    const way = this.#ways.shift()
    try {
      const inner = await (way as () => Promise<Socket>)()
      if (this.destroyed) inner.destroy()
      else this.#use(inner)
    } catch (error) {
      if (this.destroyed) return
      if (this.#ways.length > 0) void this.#open()
      else this.destroy(error as Error)
    }
  }

  #use(inner: Socket): void {
    this.#inner = inner
    if (this.#keepAlive) inner.setKeepAlive(...this.#keepAlive)
    const onFailure = (error?: Error) => {
      if (inner !== this.#inner) return
      this.#inner = undefined
      if (this.#unanswered !== undefined && this.#ways.length > 0) void this.#open()
      else this.destroy(error)
    }
    inner.on('error', onFailure).on('close', () => onFailure())
    inner.on('data', (chunk: Buffer) => {
      if (inner !== this.#inner) return
      if (this.#unanswered !== undefined && chunk[0] === errorResponse && this.#ways.length > 0) {
        inner.destroy()
        return
      }
      this.#unanswered = undefined
      if (!this.push(chunk)) inner.pause()
    })
    for (const chunk of this.#unanswered ?? []) inner.write(chunk)
  }

  override _read(): void {
    this.#inner?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#unanswered !== undefined) {
      this.#unanswered.push(chunk)
      this.#inner?.write(chunk)
      done()
    } else if (this.#inner === undefined) done(new Error('the connection is closed'))
    else this.#inner.write(chunk, done)
  }

  override _final(done: () => void): void {
    if (this.#inner === undefined) done()
    else this.#inner.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner?.destroy()
    done(error)
  }
}
