import { PassThrough } from 'node:stream'
import { type BatchedAnswer, type BatchedCall, batchedCallsMax, batchPath } from '@alipay-checkout/contracts'
import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { findUnstorable } from './database/storable.ts'
import type { HttpApp } from './http-app.ts'
import { unstorableText } from './invalid-request.ts'
import { Problem } from './problem.ts'
import { problemOf } from './problem-of.ts'
import { type TraceContext, withTrace } from './tracing/current-trace.ts'
import { linkRequest, traceOf } from './tracing/request-trace.ts'
import { newTraceparent, validTraceparent } from './tracing/traceparent.ts'
import { enterSpan, isRecorded, isTracing, recordSpan } from './tracing/tracer.ts'

/** The response to a call; expected failures are thrown as a Problem. */
export interface CallAnswer {
  readonly status: number
  readonly body?: unknown
}

type Handle = (body: unknown, traceparent: string) => Promise<CallAnswer>

/** The routes of a service that take calls alone or batched. */
export interface Calls {
  /** Answers `POST url`, alone and as part of a batch. In both cases the body is checked against `schema`. */
  post<S extends TSchema>(
    url: string,
    schema: S,
    handle: (body: Static<S>, traceparent: string) => Promise<CallAnswer>,
  ): void
  /** The same for calls that come in batches only. */
  postBatched<S extends TSchema>(
    url: string,
    schema: S,
    handle: (body: Static<S>, traceparent: string) => Promise<CallAnswer>,
  ): void
}

/** A stored response holds a whole order. */
const bodyLimitBytes = 1024 * 1024
/** Callers bound a batch to `batchBytesMax`; a single larger call makes a batch of its own. */
const batchLimitBytes = 8 * 1024 * 1024

const Batch = Type.Array(
  Type.Object({ url: Type.String(), traceparent: Type.String(), body: Type.Optional(Type.Unknown()) }),
  { maxItems: batchedCallsMax },
)

/**
 * Lets callers send several calls in one request, so that under load they share the cost of a request. Each call is
 * answered separately, as soon as its result is there; a call that fails does not affect the others.
 */
export function acceptCalls(app: HttpApp): Calls {
  const handlers = new Map<string, Handle>()

  /**
   * Resolves to the end of a call's line. The call is answered in a span of its own, in the trace of its caller and linked
   * to that of the batch.
   */
  async function answer({ url, body, traceparent: given }: BatchedCall, batch: string): Promise<string> {
    const parent = validTraceparent(given)
    const traceparent = parent === undefined ? newTraceparent(false) : enterSpan(parent)
    const startedAt = performance.now()
    const context: TraceContext = { traceparent, links: [batch] }
    const { status, line } = await withTrace(context, () => answerOf({ url, body, traceparent }))
    if (!isTracing()) return line
    recordSpan({
      name: `POST ${url}`,
      kind: 'server',
      traceparent,
      parent,
      links: context.links ?? [],
      durationMs: performance.now() - startedAt,
      attributes: { 'http.route': url, 'http.response.status_code': status, order_id: context.orderId },
      error: status >= 500 ? `answered ${status}` : undefined,
    })
    return line
  }

  /** Never throws, so that no call can fail another. */
  async function answerOf({ url, body, traceparent }: BatchedCall): Promise<{ status: number; line: string }> {
    const handle = handlers.get(url)
    try {
      if (!handle) throw new Problem('not-found', `POST ${url} can't be part of a batch.`)
      const answered = await handle(body, traceparent)
      return { status: answered.status, line: restOfLine(answered) }
    } catch (error) {
      const problem = problemOf(error as Error)
      if (problem.status >= 500) app.log.error({ err: error, method: 'POST', path: url }, problem.message)
      const line = restOfLine({ status: problem.status, body: problem.toBody(url) })
      return { status: problem.status, line }
    }
  }

  app.post(batchPath, { schema: { body: Batch }, bodyLimit: batchLimitBytes }, (request, reply) => {
    const calls = request.body as BatchedCall[]
    // Node keeps the last request of an idle keep-alive connection in memory, and with it all bodies of the batch.
    request.body = []
    const batch = traceOf(request)
    linkRequest(request, calls.map(({ traceparent }) => traceparent).filter(isRecorded))
    reply.type('application/x-ndjson').send(answersOf(calls, call => answer(call, batch)))
  })

  const calls: Calls = {
    post(url, schema, handle) {
      app.post(url, { schema: { body: schema }, bodyLimit: bodyLimitBytes }, async (request, reply) => {
        const { status, body } = await handle(request.body as never, traceOf(request))
        return reply.code(status).send(body)
      })
      calls.postBatched(url, schema, handle)
    },
    postBatched(url, schema, handle) {
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
  const [, ...rest]: BatchedAnswer = [0, status, body]
  return JSON.stringify(rest).slice(1, -1)
}

/** One line for each answer; answers that are ready in the same turn of the event loop are written together. */
function answersOf(calls: readonly BatchedCall[], answer: (call: BatchedCall) => Promise<string>): PassThrough {
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
