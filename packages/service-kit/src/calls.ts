import { PassThrough } from 'node:stream'
import { type TogetherAnswer, type TogetherCall, togetherMax, togetherPath } from '@alipay-checkout/contracts'
import type { FastifyRequest } from 'fastify'
import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { findUnstorable } from './database/storable.ts'
import { type HttpApp, problemOf, unstorableText } from './http-app.ts'
import { Problem } from './problem.ts'

/** What a call is answered with; expected failures are thrown as a Problem. */
export interface CallAnswer {
  readonly status: number
  readonly body?: unknown
}

type Handle = (body: unknown, traceparent: string | undefined) => Promise<CallAnswer>

/** The calls of a service that may come alone or together with others. */
export interface Calls {
  /** Answers `POST url`, alone and as one of several in a request. Both times the body is checked against `schema`. */
  post<S extends TSchema>(
    url: string,
    schema: S,
    handle: (body: Static<S>, traceparent: string | undefined) => Promise<CallAnswer>,
  ): void
  /** The same for the calls that come together only. */
  together<S extends TSchema>(
    url: string,
    schema: S,
    handle: (body: Static<S>, traceparent: string | undefined) => Promise<CallAnswer>,
  ): void
}

/** A kept answer holds a whole order. */
const bodyLimitBytes = 1024 * 1024
/** Callers bound what they send together to `togetherBytesMax`, or to one call where that is larger. */
const togetherLimitBytes = 8 * 1024 * 1024

const Together = Type.Array(
  Type.Object({ url: Type.String(), traceparent: Type.String(), body: Type.Optional(Type.Unknown()) }),
  { maxItems: togetherMax },
)

/**
 * Lets callers send several calls in one request, so that under load the cost of a request is shared. Each is answered
 * by itself as soon as it can be; one that fails leaves the others alone.
 */
export function acceptCalls(app: HttpApp): Calls {
  const handlers = new Map<string, Handle>()

  /** The rest of a call's line: its status and its body as JSON. Never throws, so that no call can fail another. */
  async function answer({ url, body, traceparent }: TogetherCall): Promise<string> {
    const handle = handlers.get(url)
    try {
      if (!handle) throw new Problem('not-found', `POST ${url} can't be called together with others.`)
      return restOfLine(await handle(body, traceparent))
    } catch (error) {
      const problem = problemOf(error as Error)
      if (problem.status >= 500) app.log.error({ err: error, method: 'POST', path: url }, problem.message)
      return restOfLine({ status: problem.status, body: problem.toBody(url) })
    }
  }

  app.post(togetherPath, { schema: { body: Together }, bodyLimit: togetherLimitBytes }, (request, reply) => {
    const calls = request.body as TogetherCall[]
    // A connection that waits for its next request holds the last one, and would hold all that these calls carry.
    request.body = []
    reply.type('application/x-ndjson').send(answersOf(calls, answer))
  })

  const calls: Calls = {
    post(url, schema, handle) {
      app.post(url, { schema: { body: schema }, bodyLimit: bodyLimitBytes }, async (request, reply) => {
        const { status, body } = await handle(request.body as never, traceparentOf(request))
        return reply.code(status).send(body)
      })
      calls.together(url, schema, handle)
    },
    together(url, schema, handle) {
      const validator = Compile(schema)
      handlers.set(url, async (body, traceparent) => {
        const field = typeof body === 'object' ? findUnstorable(body) : undefined
        if (field !== undefined) throw unstorableText(field)
        if (!validator.Check(body)) throw invalidBody(validator.Errors(body))
        return handle(body as never, traceparent)
      })
    },
  }
  return calls
}

function restOfLine({ status, body }: CallAnswer): string {
  const [, ...rest]: TogetherAnswer = [0, status, body]
  return JSON.stringify(rest).slice(1, -1)
}

/** A line for each answer; those that are there at the same time go out together. */
function answersOf(calls: readonly TogetherCall[], answer: (call: TogetherCall) => Promise<string>): PassThrough {
  const stream = new PassThrough()
  let lines = ''
  let waiting = calls.length
  const flush = () => {
    if (lines === '') return
    stream.write(lines)
    lines = ''
    if (waiting === 0) stream.end()
  }
  for (const [index, call] of calls.entries()) {
    void answer(call).then(rest => {
      waiting--
      if (lines === '') setImmediate(flush)
      lines += `[${index},${rest}]\n`
    })
  }
  if (calls.length === 0) stream.end()
  return stream
}

function invalidBody([error]: { instancePath: string; message: string }[]): Problem {
  const field = error?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  return new Problem('invalid-request', `${field || 'body'} ${error?.message ?? 'is not valid'}.`)
}

function traceparentOf(request: FastifyRequest): string | undefined {
  const { traceparent } = request.headers
  return typeof traceparent === 'string' ? traceparent : undefined
}
