/** An answer that is not a success, with the problem that its body described. */
export class CallFailed extends Error {
  readonly status: number
  /** The last part of the problem's type, e.g. `out-of-stock`; empty where the body is no problem. */
  readonly problem: string

  constructor(what: string, status: number, body: string) {
    const problem = parse(body) as { type?: string; detail?: string; title?: string } | undefined
    super(`${what} answered ${status}: ${problem?.detail ?? problem?.title ?? body.slice(0, 300)}`)
    this.name = 'CallFailed'
    this.status = status
    this.problem = problem?.type?.split('/').at(-1) ?? ''
  }
}

/** A request is given up after this, ms. */
const timeoutMs = 30_000

/**
 * Sends JSON and reads JSON.
 *
 * @throws CallFailed for any status but 2xx; the error of `fetch` where nobody answers
 */
export async function call<T>(
  method: string,
  url: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<T> {
  const headers: Record<string, string> = { ...options.headers }
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  const body = options.body === undefined ? null : JSON.stringify(options.body)
  const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) }).catch(error => {
    const cause = (error as Error).cause
    const reason =
      cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(error)
    throw new Error(`${method} ${url}: ${reason}`)
  })
  const text = await answer.text()
  if (!answer.ok) throw new CallFailed(`${method} ${new URL(url).pathname}`, answer.status, text)
  return parse(text) as T
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
