import { type ProblemBody, type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { Pool } from 'undici'
import { createPosts, type Gathering, type PostAnswer } from './batched-posts.ts'
import { newTraceparent } from './traceparent.ts'

/** Connections to one service. A waiting order holds one for up to two seconds, so there are many. */
const connectionsMax = 256
const connectTimeoutMs = 1_000
const defaultTimeoutMs = 5_000
/** A hundred orders of a hundred lines have 3 MiB. A larger answer is cut off, and its callers told that it failed. */
const responseBytesMax = 16 * 1024 * 1024

class CallTimeout extends Error {
  override name = 'CallTimeout'
  override message = 'no answer within the time allowed'
}

export interface ServiceCall {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  /** Sent as it is; JSON unless `contentType` says otherwise. */
  body?: string | Buffer
  contentType?: string
  /** The person who acts, where the service keeps who did what. */
  actor?: string
  /** Sent as the header `Idempotency-Key`. */
  idempotencyKey?: string | undefined
  traceparent: string
  /** The whole call must be done in this time. Default 5 s. */
  timeoutMs?: number
}

export interface ServiceAnswer {
  status: number
  text: string
}

/** One of the services behind the gateway. */
export interface Service {
  /** The service's 2xx answer; everything else is thrown as the problem that the caller is told. */
  call(call: ServiceCall): Promise<ServiceAnswer>
  /**
   * A POST that travels together with others to the same path, where there are many. `gathering`: for what comes singly,
   * from outside; the same for all to one path. `timeoutMs`: default 5 s.
   */
  post(call: {
    path: string
    body: unknown
    traceparent: string
    timeoutMs?: number
    gathering?: Gathering
  }): Promise<PostAnswer>
  /** Resolves when the service's process answers, else throws. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a service. `name` is what shoppers and operators are told when it is away ("orders", "payments"), since
 * addresses are nobody's business.
 */
export function openService({ name, url, token }: { name: string; url: string; token: string }): Service {
  const { origin, pathname } = new URL(url)
  const basePath = pathname.replace(/\/+$/, '')
  const pool = new Pool(origin, {
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    maxResponseSize: responseBytesMax,
    // The deadline below covers the whole call, and is exact.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  async function request(call: ServiceCall) {
    const { method, body, traceparent, timeoutMs = defaultTimeoutMs } = call
    const headers: Record<string, string> = { 'x-service-token': token, traceparent }
    if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json'
    // A header carries ASCII only, and ids are whatever the shop's tokens say.
    if (call.actor !== undefined) headers['x-actor'] = encodeURI(call.actor.toWellFormed())
    if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey
    const deadline = new AbortController()
    // AbortSignal.timeout would go on living, and fire, long after most calls are done.
    const timer = setTimeout(() => deadline.abort(new CallTimeout()), timeoutMs)
    try {
      const path = basePath + call.path
      const answer = await pool.request({ method, path, headers, body: body ?? null, signal: deadline.signal })
      return { answer, done: () => clearTimeout(timer) }
    } catch (error) {
      clearTimeout(timer)
      throw error
    }
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

  /** The deadline covers the answer to its last line. */
  async function* piecesOf({ answer, done }: Awaited<ReturnType<typeof request>>): AsyncGenerator<string> {
    try {
      answer.body.setEncoding('utf8')
      yield* answer.body
    } finally {
      done()
    }
  }

  const posts = new Map<string, ReturnType<typeof createPosts>>()

  function postsTo(path: string, timeoutMs: number, gathering?: Gathering) {
    const key = `${path} ${timeoutMs}`
    const known = posts.get(key)
    if (known) return known
    const made = createPosts(
      async post => {
        const begun = await request({ method: 'POST', ...post, timeoutMs })
        return { status: begun.answer.statusCode, pieces: piecesOf(begun) }
      },
      {
        refuse: (status, body) => refusalOf(name, status, body),
        fail: error => (error instanceof Problem ? error : unavailable(name, error)),
      },
      gathering,
    )
    posts.set(key, made)
    return made
  }

  async function sendOrExplain(call: ServiceCall) {
    try {
      return await send(call)
    } catch (error) {
      // A kept connection may have been closed under us; reading again is harmless.
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
    post: ({ path, body, traceparent, timeoutMs = defaultTimeoutMs, gathering }) =>
      postsTo(path, timeoutMs, gathering)({ url: path, body, traceparent }),
    async check() {
      try {
        const answer = await send({ method: 'GET', path: '/healthz', traceparent: newTraceparent(), timeoutMs: 1_500 })
        if (answer.status === 200) return
      } catch {}
      throw new Error(`${name} can not be reached`)
    },
    close: () => pool.close(),
  }
}

function unavailable(name: string, error: unknown): Problem {
  const what = error instanceof CallTimeout ? 'did not answer in time' : 'can not be reached right now'
  return new Problem(
    'service-unavailable',
    `The part that keeps ${name} ${what}. Try again in a moment.`,
    {},
    { cause: error },
  )
}

/** A service's problem is the caller's problem; what is only between us and the service (our token) is not. */
function refusalOf(name: string, status: number, body: unknown): Problem {
  const problem = problemOf(body)
  if (problem && problem.type !== 'unauthenticated') return problem
  return new Problem(
    'internal-error',
    'This is not your mistake. Try again; nothing was lost.',
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
