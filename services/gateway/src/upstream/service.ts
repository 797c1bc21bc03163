import { type ProblemBody, type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import {
  type Actor,
  actorHeaders,
  isRecorded,
  newTraceparent,
  Problem,
  type Span,
  startSpan,
} from '@alipay-checkout/service-kit'
import { Pool } from 'undici'
import { type BatchWindow, createBatchedPosts, type PostAnswer } from './batched-posts.ts'

/** Connections to one service. An order that waits for its stock result holds one for up to 2 s, so there are many. */
const connectionsMax = 256
const connectTimeoutMs = 1_000
const defaultTimeoutMs = 5_000
/** A page of a hundred of the largest orders has 27 MiB. A larger response is aborted and its call fails. */
const responseBytesMax = 32 * 1024 * 1024

class CallTimeout extends Error {
  override name = 'CallTimeout'
  override message = 'no response within the timeout'
}

export interface ServiceCall {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  /** Sent as it is; JSON unless `contentType` says otherwise. */
  body?: string | Buffer
  contentType?: string
  /** Who acts, for the service's audit log. */
  actor?: Actor
  /** Sent as the header `Idempotency-Key`. */
  idempotencyKey?: string | undefined
  traceparent: string
  /** Covers the whole call. Default 5 s. */
  timeoutMs?: number
}

export interface ServiceAnswer {
  status: number
  text: string
}

/** A service behind the gateway. */
export interface Service {
  /** Resolves with a 2xx response. Throws a `Problem` for anything else, ready to be the gateway's own response. */
  call(call: ServiceCall): Promise<ServiceAnswer>
  /**
   * A POST that is batched with others to the same path under load. `window` must be the same for all calls to one
   * path. `timeoutMs`: default 5 s.
   */
  post(call: {
    path: string
    body: unknown
    traceparent: string
    timeoutMs?: number
    window?: BatchWindow
  }): Promise<PostAnswer>
  /** Resolves if the service answers its health check, else throws. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a service. Problems and `/readyz` call it by `name` ("order service"), so that no address is disclosed.
 */
export function openService({ name, url, token }: { name: string; url: string; token: string }): Service {
  const { origin, pathname } = new URL(url)
  const basePath = pathname.replace(/\/+$/, '')
  const pool = new Pool(origin, {
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    maxResponseSize: responseBytesMax,
    // The deadline in `request` covers the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  /** Ends `span`. Without it, the request gets one below the call's context; with null, its caller records one. */
  async function request(call: ServiceCall, span: Span | null | undefined = spanOf(call)) {
    const { method, body, timeoutMs = defaultTimeoutMs } = call
    const traceparent = span?.traceparent ?? call.traceparent
    const headers: Record<string, string> = { 'x-service-token': token, traceparent }
    if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json'
    if (call.actor !== undefined) Object.assign(headers, actorHeaders(call.actor))
    if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey
    const deadline = new AbortController()
    // An AbortSignal.timeout can not be cancelled: it would keep its timer long after the call is done.
    const timer = setTimeout(() => deadline.abort(new CallTimeout()), timeoutMs)
    try {
      const path = basePath + call.path
      const answer = await pool.request({ method, path, headers, body: body ?? null, signal: deadline.signal })
      const done = () => {
        clearTimeout(timer)
        endSpan(span, answer.statusCode)
      }
      return { answer, done }
    } catch (error) {
      clearTimeout(timer)
      span?.end({ error: error instanceof CallTimeout ? 'timeout' : 'no response' })
      throw error
    }
  }

  function spanOf({ method, traceparent }: ServiceCall): Span | undefined {
    if (!isRecorded(traceparent)) return undefined
    const attributes = { 'http.request.method': method, 'peer.service': name.replace(' ', '-') }
    return startSpan({ name: `${method} ${name}`, kind: 'client', parent: traceparent, attributes })
  }

  async function send(call: ServiceCall): Promise<ServiceAnswer & { contentType: string }> {
    const { answer, done } = await request(call)
    try {
      const text = await answer.body.text()
      return { status: answer.statusCode, text, contentType: String(answer.headers['content-type'] ?? '') }
    } finally {
      done()
    }
  }

  /** Streams the body; the deadline stays in force until its end. */
  async function* piecesOf({ answer, done }: Awaited<ReturnType<typeof request>>): AsyncGenerator<string> {
    try {
      answer.body.setEncoding('utf8')
      yield* answer.body
    } finally {
      done()
    }
  }

  const posts = new Map<string, ReturnType<typeof createBatchedPosts>>()

  function postsTo(path: string, timeoutMs: number, window?: BatchWindow) {
    const key = `${path} ${timeoutMs}`
    const known = posts.get(key)
    if (known) return known
    const made = createBatchedPosts(
      async post => {
        const begun = await request({ method: 'POST', ...post, timeoutMs }, post.span)
        return { status: begun.answer.statusCode, pieces: piecesOf(begun) }
      },
      {
        refuse: (status, body) => refusalOf(name, status, body),
        fail: error => (error instanceof Problem ? error : unavailable(name, error)),
      },
      name.replace(' ', '-'),
      window,
    )
    posts.set(key, made)
    return made
  }

  async function sendOrExplain(call: ServiceCall) {
    try {
      return await send(call)
    } catch (error) {
      // The service may have closed an idle connection. A GET can be repeated safely.
      if (call.method === 'GET' && !(error instanceof CallTimeout))
        return await send(call).catch(again => {
          throw unavailable(name, again)
        })
      throw unavailable(name, error)
    }
  }

  return {
    async call(call) {
      const answer = await sendOrExplain(call)
      if (answer.status < 300) return answer
      throw refusalOf(
        name,
        answer.status,
        answer.contentType.includes('problem+json') ? parsed(answer.text) : answer.text,
      )
    },
    post: ({ path, body, traceparent, timeoutMs = defaultTimeoutMs, window }) =>
      postsTo(path, timeoutMs, window)({ url: path, body, traceparent }),
    async check() {
      try {
        const answer = await send({
          method: 'GET',
          path: '/healthz',
          traceparent: newTraceparent(false),
          timeoutMs: 1_500,
        })
        if (answer.status === 200) return
      } catch {}
      throw new Error(`the ${name} can not be reached`)
    },
    close: () => pool.close(),
  }
}

function endSpan(span: Span | null | undefined, status: number): void {
  const attributes = { 'http.response.status_code': status }
  span?.end(status >= 500 ? { attributes, error: `answered ${status}` } : { attributes })
}

function unavailable(name: string, error: unknown): Problem {
  const what = error instanceof CallTimeout ? 'did not respond in time' : 'is temporarily unavailable'
  // For programs, such as the console, which says it in the words of its reader.
  const extra = { service: name.replace(' ', '-') }
  return new Problem('service-unavailable', `The ${name} ${what}. Try again.`, extra, { cause: error })
}

/** Passes a service's problem on to the caller, except a refused service token, which is a fault of the gateway. */
function refusalOf(name: string, status: number, body: unknown): Problem {
  const problem = problemOf(body)
  if (problem && problem.type !== 'unauthenticated') return problem
  return new Problem(
    'internal-error',
    'The request could not be handled because of an internal error. Try again.',
    {},
    {
      cause: new Error(`${name} answered ${status}: ${JSON.stringify(body)?.slice(0, 500)}`),
    },
  )
}

function problemOf(body: unknown): Problem | undefined {
  const { type, title, status, detail, instance, ...extra } = (body ?? {}) as Partial<ProblemBody>
  if (typeof type !== 'string') return undefined
  const name = type.slice(type.lastIndexOf('/') + 1)
  return Object.hasOwn(problemTypes, name) ? new Problem(name as ProblemType, detail ?? '', extra) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
