import { type Dispatcher, Pool } from 'undici'

export interface HttpAnswer {
  status: number
  text: string
  /** Of a redirect. */
  location: string | undefined
}

export interface HttpClient {
  /** Rejects where no answer comes. */
  send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<HttpAnswer>
  close(): Promise<void>
}

/** A cheap client of one address: no streams and no parsing, so that the load costs little beside what it measures. */
export function openHttpClient(origin: string, connections: number): HttpClient {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 30_000 })
  return {
    send: (method, path, headers, body) =>
      new Promise((resolve, reject) => {
        pool.dispatch({ method, path, headers, body: body ?? null }, new Collector(resolve, reject))
      }),
    close: () => pool.close(),
  }
}

class Collector implements Dispatcher.DispatchHandler {
  #status = 0
  #text = ''
  #location: string | undefined
  readonly #resolve: (answer: HttpAnswer) => void
  readonly #reject: (error: Error) => void

  constructor(resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  // undici tells a handler of this kind by its having this method.
  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    { location }: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    if (typeof location === 'string') this.#location = location
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // What is looked for in an answer is ASCII, so a character cut in two by a chunk does no harm.
    this.#text += chunk.toString('latin1')
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, text: this.#text, location: this.#location })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error)
  }
}

/** The text value of a field of a JSON object, as it stands between its quotes; undefined where there is none. */
export function textField(json: string, name: string): string | undefined {
  const mark = `"${name}":"`
  const from = json.indexOf(mark)
  if (from === -1) return undefined
  const start = from + mark.length
  let end = json.indexOf('"', start)
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end === -1 ? undefined : json.slice(start, end)
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0
  while (json[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
