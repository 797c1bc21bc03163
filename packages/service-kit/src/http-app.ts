import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { batchPath } from '@alipay-checkout/contracts'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { ConfigError } from './connections/index.ts'
import { findUnstorable } from './database/storable.ts'
import { createHistogram, observe } from './exemplars.ts'
import { unstorableText } from './invalid-request.ts'
import type { Logger } from './logger.ts'
import { metricsText } from './metrics-text.ts'
import { Problem } from './problem.ts'
import { problemOf } from './problem-of.ts'
import { addReadinessGauge, outcomesOf, type ReadinessChecks } from './readiness.ts'
import { type TraceSource, traceOfAny, traceRequests } from './tracing/request-trace.ts'

export type HttpApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Logger, TypeBoxTypeProvider>

/**
 * The HTTP app of every service: TypeBox schemas, problem+json for every error, `/healthz` (the process is alive),
 * `/readyz` (its dependencies answer), `/metrics` (Prometheus). Bodies are validated strictly: values are not converted
 * and unknown fields are not dropped silently.
 *
 * Two apps of one process may share a registry: the readiness of the first one is reported there.
 */
export function buildHttpApp(options: {
  logger: Logger
  registry?: Registry
  /** False where the process serves its metrics on a port of their own. */
  servesMetrics?: boolean
  readiness: ReadinessChecks
  bodyLimitBytes?: number
  /** The proxies whose `X-Forwarded-*` headers are trusted: none (default), addresses and ranges, or a function. */
  trustProxy?: false | string[] | ((address: string, hop: number) => boolean)
  /** Where the traces of requests come from. Default: the caller. */
  traces?: TraceSource
}): HttpApp {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes ?? 256 * 1024,
    requestTimeout: requestTimeoutMs,
    trustProxy: options.trustProxy ?? false,
    // Requests that arrive during shutdown are still served, because Fastify's built-in 503 is not a problem+json.
    return503OnClosing: false,
    // On close, idle keep-alive connections end at once; requests that are being handled are answered first.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    genReqId: requestIds(),
    // For URLs that can't be routed at all, which Fastify would answer with its own JSON.
    frameworkErrors: answerError,
    // `invalidRequest` writes the text. Fastify's own would name every error, however many there are.
    schemaErrorFormatter: () => new Error('the request is not valid'),
    schemaController: { compilersFactory: { buildSerializer: compileOnce } },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  traceRequests(app, options.traces ?? 'caller')
  endConnectionsOnClose(app)
  readJsonOnly(app)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new Problem('not-found', `${request.method} ${pathOf(request)} does not exist.`)),
  )
  refuseUnstorableTexts(app)
  addHealth(app, options.readiness)
  const registry = options.registry ?? new Registry()
  measureRequests(app, registry)
  addReadinessGauge(registry, options.readiness)
  if (options.servesMetrics ?? true) addMetrics(app, registry)
  return app
}

/**
 * Compiles each schema of responses once. Most are those of problems, which are the same for all routes.
 */
const compileOnce: SerializerSelector.SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  const compiled = new Map<string, ReturnType<typeof compile>>()
  return route => {
    const text = JSON.stringify(route.schema)
    const serialize = compiled.get(text) ?? compile(route)
    compiled.set(text, serialize)
    return serialize
  }
}

/** A request whose body has not arrived by then is refused with 408 and its connection closed, ms. */
const requestTimeoutMs = 30_000

/** Ids of requests that are unique across restarts and replicas, because the audit log keeps them. */
function requestIds(): () => string {
  const ofProcess = randomBytes(6).toString('hex')
  let requests = 0
  return () => `req_${ofProcess}_${++requests}`
}

/** During a close, connections that became idle are ended this often, ms. */
const endIdleEveryMs = 50

/**
 * Ends connections on close that Node would wait for: those that have not sent a request yet, such as browsers open in
 * advance, and those whose request was being handled when the close began, which become idle with its answer.
 */
function endConnectionsOnClose(app: HttpApp): void {
  const silent = new Set<Socket>()
  const hasSent = ({ socket }: IncomingMessage) => silent.delete(socket)
  app.server
    .on('connection', socket => {
      silent.add(socket)
      socket.once('close', () => silent.delete(socket))
    })
    .on('request', hasSent)
    .on('upgrade', hasSent)
  app.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy()
    const timer = setInterval(() => app.server.closeIdleConnections(), endIdleEveryMs)
    app.server.once('close', () => clearInterval(timer))
  })
}

/**
 * Parses bodies as JSON and refuses other content types, on all routes without a parser of their own. A request without a
 * body is handled as such whatever its content type (the body is then `undefined`), because some clients, such as
 * `curl -d ''`, send a content type with every POST.
 */
function readJsonOnly(app: HttpApp): void {
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    const isChunked = headers['transfer-encoding'] !== undefined
    const hasLength = Number(headers['content-length'] ?? 0) !== 0
    // A chunked body of another type is left to the parser of "*", which finds out whether there are any chunks.
    const announcesJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
    if (isChunked ? !announcesJson : !hasLength) delete headers['content-type']
  })
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body as string, done)
  })
  app.addContentTypeParser('*', (request, payload, done) => {
    // An unknown address is answered 404, whatever the body.
    if (request.is404) return done(null, undefined)
    payload
      .once('data', () => {
        payload.removeAllListeners('end').pause()
        done(new Problem('unsupported-media-type', 'Send the body as application/json.'))
      })
      .once('end', () => done(null, undefined))
      .once('error', done)
  })
}

/**
 * Answers 400 if a text of the body, query or path contains characters that PostgreSQL can't store, and names the field.
 * Batched calls are checked one by one, so that an invalid call does not fail the others.
 */
function refuseUnstorableTexts(app: HttpApp): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { body, query, params, routeOptions } = request
    const isChecked = typeof body === 'object' && !Buffer.isBuffer(body) && routeOptions.url !== batchPath
    const field = (isChecked ? findUnstorable(body) : undefined) ?? findUnstorable(query) ?? findUnstorable(params)
    done(field === undefined ? undefined : unstorableText(field))
  })
}

/**
 * Requires the service token for every route but health and metrics. While it is changed there are two, separated by a
 * comma, here and at callers, which send both: one of theirs must be one of these.
 *
 * @throws ConfigError where there are more than two, or one of two is short
 */
export function requireServiceToken(app: HttpApp, token: string): void {
  const accepted = tokensOf(token)
  if (accepted.length > 2 || (accepted.length === 2 && accepted.some(one => one.length < 16))) {
    throw new ConfigError(
      'SERVICE_TOKEN: one token, or the new and the old one: NEW,OLD, each of at least 16 characters',
    )
  }
  const expected = accepted.map(digest)
  const open = new Set(['/healthz', '/readyz', '/metrics'])
  app.addHook('onRequest', async request => {
    // An address without a route is answered 401, but `/metrics` 404 where metrics have a port of their own.
    if (open.has(request.routeOptions.url ?? pathOf(request))) return
    const header = request.headers['x-service-token']
    const given = typeof header === 'string' ? tokensOf(header).slice(0, 2).map(digest) : []
    // Compares all of them, so that the time says nothing about which one differs.
    const matches = given.flatMap(one => expected.map(other => timingSafeEqual(one, other)))
    if (!matches.includes(true)) throw new Problem('unauthenticated', 'This address requires the service token.')
  })
}

function tokensOf(text: string): string[] {
  return text.split(',').map(token => token.trim())
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Sends a problem as the response. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.toBody(pathOf(request))))
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] as string
}

function answerError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = isMissingBody(error, request) ? missingBody() : problemOf(error)
  if (problem.status >= 500)
    request.log.error({ err: error, method: request.method, path: pathOf(request) }, problem.message)
  return sendProblem(request, reply, problem)
}

function isMissingBody(error: FastifyError | Problem, request: FastifyRequest): boolean {
  return 'validationContext' in error && error.validationContext === 'body' && request.body === undefined
}

function missingBody(): Problem {
  return new Problem('invalid-request', 'The body is missing. Send JSON, with the content type application/json.')
}

function addHealth(app: HttpApp, checks: ReadinessChecks): void {
  app.get('/healthz', { logLevel: 'silent', schema: { hide: true } as object }, async () => ({ status: 'ok' }))
  app.get('/readyz', { logLevel: 'silent', schema: { hide: true } as object }, async (_request, reply) => {
    const [required, optional] = await Promise.all([outcomesOf(checks.required), outcomesOf(checks.optional)])
    const isOk = ([, outcome]: [string, string]) => outcome === 'ok'
    const ready = required.every(isOk)
    const degraded = optional.filter(entry => !isOk(entry)).map(([name]) => name)
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      degraded,
      checks: Object.fromEntries([...required, ...optional]),
      ...checks.details?.(),
    })
  })
}

const durationName = 'http_request_duration_seconds'

function measureRequests(app: HttpApp, registry: Registry): void {
  const duration = (registry.getSingleMetric(durationName) ?? newDuration(registry)) as ReturnType<typeof newDuration>
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    observe(duration, labels, reply.elapsedTime / 1000, traceOfAny(request))
  })
}

function newDuration(registry: Registry) {
  collectDefaultMetrics({ register: registry })
  return createHistogram({
    name: durationName,
    help: 'How long requests took, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registry,
  })
}

function addMetrics(app: HttpApp, registry: Registry): void {
  app.get('/metrics', { logLevel: 'silent', schema: { hide: true } as object }, async (request, reply) => {
    const { contentType, text } = await metricsText(registry, request.headers.accept)
    return reply.type(contentType).send(text)
  })
}
