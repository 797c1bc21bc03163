import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { batchPath } from '@alipay-checkout/contracts'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { findUnstorable } from './database/storable.ts'
import type { Logger } from './logger.ts'
import { Problem } from './problem.ts'
import { readJsonOnly } from './read-json.ts'

export type HttpApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Logger, TypeBoxTypeProvider>

/** Named checks. Each resolves, or throws with the reason. */
export type Checks = Record<string, () => Promise<unknown>>

/** What `/readyz` asks: it answers 503 only where a required check fails, and names failed optional ones as `degraded`. */
export interface ReadinessChecks {
  /** Without these, requests must fail. */
  required?: Checks
  /** Without these, the service still does its own work, slower or later. */
  optional?: Checks
}

/** A readiness check that takes longer counts as failed, ms. */
const readinessTimeoutMs = 2_000

/**
 * An HTTP app as every service has it: TypeBox schemas, problem+json for every error, `/healthz` (the process lives),
 * `/readyz` (what it needs answers), `/metrics` (Prometheus). Bodies are validated strictly: nothing is converted and
 * no unknown field is dropped silently.
 */
export function buildHttpApp(options: {
  logger: Logger
  registry?: Registry
  readiness: ReadinessChecks
  bodyLimitBytes?: number
  /** Whose `X-Forwarded-*` headers are believed: nobody (default), a list of addresses and ranges, or whom it says. */
  trustProxy?: false | string[] | ((address: string, hop: number) => boolean)
}): HttpApp {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes ?? 256 * 1024,
    trustProxy: options.trustProxy ?? false,
    // What still comes while we close is answered; fastify's own refusal would be no problem.
    return503OnClosing: false,
    // Idle keep-alive connections end at once on close; those at work are answered first.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // Addresses that can't be routed at all; without this they are answered as plain JSON.
    frameworkErrors: answerError,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  readJsonOnly(app)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new Problem('not-found', `${request.method} ${pathOf(request)} does not exist.`)),
  )
  refuseUnstorableTexts(app)
  addHealth(app, options.readiness)
  addMetrics(app, options.registry ?? new Registry())
  return app
}

/**
 * Answers 400 where a text of a body, query or path holds what PostgreSQL can't store, and names the field. Batched calls
 * are checked one by one, so that a bad one does not fail the others.
 */
function refuseUnstorableTexts(app: HttpApp): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { body, query, params, routeOptions } = request
    const isChecked = typeof body === 'object' && !Buffer.isBuffer(body) && routeOptions.url !== batchPath
    const field = (isChecked ? findUnstorable(body) : undefined) ?? findUnstorable(query) ?? findUnstorable(params)
    done(field === undefined ? undefined : unstorableText(field))
  })
}

/** The problem of a field whose text can't be stored. */
export function unstorableText(field: string): Problem {
  const message = 'must not contain the character U+0000 or half a surrogate pair'
  return new Problem('invalid-request', `${field} ${message}.`, { errors: [{ field, message }] })
}

/** Lets only callers through that carry the service token. Health and metrics stay open. */
export function requireServiceToken(app: HttpApp, token: string): void {
  const expected = digest(token)
  const open = new Set(['/healthz', '/readyz', '/metrics'])
  app.addHook('onRequest', async request => {
    if (open.has(request.routeOptions.url ?? '')) return
    const given = request.headers['x-service-token']
    if (typeof given !== 'string' || !timingSafeEqual(digest(given), expected)) {
      throw new Problem('unauthenticated', 'Only services with the service token may call this.')
    }
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Answers with a problem. Also for hooks and handlers that already know what to say. */
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

/** What the caller is told of an error. */
export function problemOf(thrown: Error): Problem {
  if (thrown instanceof Problem) return thrown
  const error = thrown as FastifyError
  if (error.validation) return invalidRequest(error)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body-too-large', 'Send a smaller body.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported-media-type', 'Send the body as application/json.')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not-found', 'Nothing can have this address.')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('malformed-json', 'Send a JSON body, with the content type application/json.')
  }
  if (isUnreachable(error))
    return new Problem('service-unavailable', 'A part of the system is not reachable. Try again in a moment.')
  if (error.statusCode === 429) return new Problem('too-many-requests', error.message)
  if (error.statusCode && error.statusCode < 500) return new Problem('invalid-request', error.message)
  return new Problem('internal-error', 'This is not your mistake. Try again; nothing was lost.')
}

/** Names each field that is wrong, as a path into the body: `items.0.quantity`. */
function invalidRequest(error: FastifyError): Problem {
  const errors = (error.validation ?? []).map(({ instancePath, message, params }) => {
    const inside = instancePath.slice(1).replaceAll('/', '.')
    const named = params.missingProperty ?? params.additionalProperty
    const field = [inside, named].filter(Boolean).join('.')
    return { field, message: params.additionalProperty ? 'is not allowed here' : (message ?? 'is not valid') }
  })
  const detail = errors.map(({ field, message }) => `${field || error.validationContext} ${message}`).join('; ')
  return new Problem('invalid-request', `${detail}.`, { errors })
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_BODY_TIMEOUT',
])
/**
 * Of Postgres (its manual, "Error Codes"): no connection; out of disk, memory or sessions; shutting down, crashed,
 * starting up, a statement that took too long; a file that can't be read or written.
 */
const unreachableClasses = /^(08|53|57|58)[0-9A-Z]{3}$/

/** Whether an error says that something we depend on is away, rather than that we made a mistake. */
export function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (unreachableCodes.has(code) || unreachableClasses.test(code)) return true
  }
  return false
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
    })
  })
}

function outcomesOf(checks: Checks = {}): Promise<[string, string][]> {
  return Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as [string, string]),
  )
}

async function outcomeOf(check: () => Promise<unknown>): Promise<string> {
  const timeout = Promise.withResolvers<string>()
  const timer = setTimeout(() => timeout.resolve(`no answer within ${readinessTimeoutMs} ms`), readinessTimeoutMs)
  try {
    return await Promise.race([check().then(() => 'ok'), timeout.promise])
  } catch (error) {
    return (error as Error).message || String((error as NodeJS.ErrnoException).code ?? error)
  } finally {
    clearTimeout(timer)
  }
}

function addMetrics(app: HttpApp, registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  app.get('/metrics', { logLevel: 'silent', schema: { hide: true } as object }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
