import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify'
import type { Logger } from '../logger.ts'
import { type TraceContext, withTrace } from './current-trace.ts'
import { newTraceparent, sampled, validTraceparent } from './traceparent.ts'
import { enterSpan, isTracing, recordSpan } from './tracer.ts'

/**
 * Where the traces of requests come from. `caller`: a service, whose callers show the service token, continues the trace
 * of its caller. A `sampler`, in the gateway, begins a trace for every request: what a stranger sends becomes a link, and
 * neither chooses the trace id nor has anything recorded.
 */
export type TraceSource = 'caller' | { readonly sampler: TraceSampler }

export interface TraceSampler {
  /** The share of requests whose traces are recorded, 0 to 1. */
  readonly ratio: number
  /** Requests below these paths are always recorded. */
  readonly always: readonly string[]
}

interface RequestTrace extends TraceContext {
  readonly traceparent: string
  readonly parent: string | undefined
  readonly links: string[]
  /** Recorded for its path alone, so only where the sender is permitted: strangers could have everything recorded. */
  readonly ifPermitted?: boolean
}

type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Logger, TypeBoxTypeProvider>

const traceKey = Symbol('trace')
type Traced = IncomingMessage & { [traceKey]?: RequestTrace }

/** The context of a request's span: the `traceparent` of everything that it causes. */
export function traceOf(request: Pick<FastifyRequest, 'raw'>): string {
  const traceparent = traceOfAny(request)
  if (traceparent === undefined) throw new Error('the request has no trace: its app was not built by buildHttpApp')
  return traceparent
}

/** The same, or undefined for a request that no hook has seen, because its URL is malformed. */
export function traceOfAny({ raw }: Pick<FastifyRequest, 'raw'>): string | undefined {
  return (raw as Traced)[traceKey]?.traceparent
}

/** Links a request's span to other contexts: the orders of a batch. */
export function linkRequest({ raw }: Pick<FastifyRequest, 'raw'>, links: readonly string[]): void {
  ;(raw as Traced)[traceKey]?.links.push(...links)
}

/** Paths that are called all the time and say nothing about an order. */
const untraced = new Set(['/healthz', '/readyz', '/metrics'])

/** Statuses of requests whose sender may not make them. */
const refusals = new Set([401, 403, 405, 429])

/** Gives every request its trace, in which its handlers run, and records its span if it is sampled or fails. */
export function traceRequests(app: App, source: TraceSource): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const trace = begin(request, source)
    ;(request.raw as Traced)[traceKey] = trace
    withTrace(trace, done)
  })
  // Where the order's id is a part of the path.
  app.addHook('preValidation', (request, _reply, done) => {
    const trace = (request.raw as Traced)[traceKey]
    if (!trace) return done()
    trace.orderId = orderIdIn(request.params)
    // Again, because a body is parsed in the context of its socket.
    withTrace(trace, done)
  })
  if (isTracing()) app.addHook('onResponse', async (request, reply) => end(request, reply))
}

function begin(request: FastifyRequest, source: TraceSource): RequestTrace {
  const given = validTraceparent(request.raw.headers.traceparent)
  if (source !== 'caller') {
    return { ...decide(request, source.sampler), parent: undefined, links: given ? [given] : [] }
  }
  return given
    ? { traceparent: enterSpan(given), parent: given, links: [] }
    : { traceparent: newTraceparent(false), parent: undefined, links: [] }
}

function decide(
  { method, url }: FastifyRequest,
  { ratio, always }: TraceSampler,
): Pick<RequestTrace, 'traceparent' | 'ifPermitted'> {
  const traceparent = newTraceparent(false)
  if (!isTracing()) return { traceparent }
  const recorded = sampled(traceparent)
  // As OpenTelemetry's ratio sampler: the last bits of the trace id decide.
  const share = Number.parseInt(traceparent.slice(23, 35), 16) / 2 ** 48
  if (share < ratio) return { traceparent: recorded }
  return method !== 'OPTIONS' && always.some(path => url.startsWith(path))
    ? { traceparent: recorded, ifPermitted: true }
    : { traceparent }
}

const orderIdPattern = /^ord_[0-9a-f]{32}$/

function orderIdIn(params: unknown): string | undefined {
  const { orderId, id } = (params ?? {}) as { orderId?: unknown; id?: unknown }
  const given = orderId ?? id
  return typeof given === 'string' && orderIdPattern.test(given) ? given : undefined
}

function end(request: FastifyRequest, reply: FastifyReply): void {
  const trace = (request.raw as Traced)[traceKey]
  const route = request.routeOptions.url ?? 'unknown'
  if (!trace || untraced.has(route)) return
  const { method } = request
  const { statusCode } = reply
  if (trace.ifPermitted && (refusals.has(statusCode) || request.is404)) return
  recordSpan({
    name: `${method} ${route}`,
    kind: 'server',
    traceparent: trace.traceparent,
    parent: trace.parent,
    links: trace.links,
    durationMs: reply.elapsedTime,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': statusCode,
      request_id: request.id,
      order_id: trace.orderId,
    },
    error: statusCode >= 500 ? `answered ${statusCode}` : undefined,
  })
}
