/** An HTTP response, read to its end. */
export interface HttpAnswer {
  status: number
  headers: Headers
  /** The body as it came. */
  text: string
}

export interface CallOptions {
  /** Sent as a bearer token. */
  token?: string | undefined
  /** An object is sent as JSON; text, bytes and forms as they are. */
  body?: unknown
  headers?: Record<string, string>
  /** The request is aborted after this (30 s). */
  timeoutMs?: number
}

/** A response that is not a success, with the problem that its body describes. */
export class CallFailed extends Error {
  readonly status: number
  /** The last part of the problem's type, e.g. `out-of-stock`, or the simulator's error code; empty where there is none. */
  readonly problem: string
  /** The body as it came. */
  readonly text: string

  constructor(what: string, { status, text }: Pick<HttpAnswer, 'status' | 'text'>) {
    const body = parseJson(text) as
      | { type?: string; detail?: string; title?: string; error?: { subCode?: string } }
      | undefined
    super(`${what} answered ${status}: ${body?.detail ?? body?.title ?? text.slice(0, 300)}`)
    this.name = 'CallFailed'
    this.status = status
    this.problem = body?.type?.split('/').at(-1) ?? body?.error?.subCode ?? ''
    this.text = text
  }
}

/** Sends one request and reads the response. Redirects are not followed. @throws Error where nothing answers */
export async function send(method: string, url: string, options: CallOptions = {}): Promise<HttpAnswer> {
  const { token, body, headers = {}, timeoutMs = 30_000 } = options
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof URLSearchParams
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/**
 * Sends one request and parses the response as JSON.
 *
 * @throws CallFailed for any status but 2xx; Error with the cause where nothing answers
 */
export async function call<T>(method: string, url: string, options: CallOptions = {}): Promise<T> {
  const answer = await send(method, url, options).catch(error => {
    const { cause } = error as Error
    const reason = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error
    throw new Error(`${method} ${url}: ${reason}`)
  })
  if (answer.status < 200 || answer.status > 299) throw new CallFailed(`${method} ${new URL(url).pathname}`, answer)
  return parseJson(answer.text) as T
}

/** Undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
