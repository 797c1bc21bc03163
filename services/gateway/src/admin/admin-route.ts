import type { ProblemType } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TObject, type TSchema } from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Permission } from '../auth/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'
import type { ServiceAnswer } from '../upstream/service.ts'
import { type CsvList, csvFormat, csvPageQuery, isCsv, sendCsv } from './csv.ts'

interface OneService {
  readonly service: 'orders' | 'payments' | 'inventory'
  readonly path: (params: Params) => string
}

/** Who answers: a service by its path, or the gateway from several services. */
type Source =
  | OneService
  | { readonly compose: (dependencies: Dependencies, request: FastifyRequest, query: Query) => Promise<unknown> }

type Params = Readonly<Record<string, string>>
type Query = Readonly<Record<string, string>>

/** A route of the admin API, `/api/admin/…`: what it needs, what it takes and who answers. */
export type AdminRoute = {
  readonly method: 'GET' | 'POST'
  /** After `/api/admin`. */
  readonly path: `/${string}`
  readonly permission: Permission
  readonly summary: string
  readonly description?: string
  readonly params?: TObject
  readonly query?: TObject
  readonly headers?: TObject
  readonly body?: TSchema
  /** The 2xx responses. */
  readonly answers: Readonly<Record<number, TSchema>>
  readonly problems?: readonly ProblemType[]
  /** Of the call to the service, ms. Default 5 s. */
  readonly timeoutMs?: number
  /** A list that is also answered as a file, with `?format=csv`. */
  readonly csv?: CsvList
  readonly from: Source
}

/** Of calls that may make payment-service call Alipay, ms. */
export const actionTimeoutMs = 15_000

/** The query of a list: these filters and no others. */
export const filtersOf = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: false })

/** The parameter `id` of a path. */
export const idParams = (description: string) => Type.Object({ id: Type.String({ description }) })

/** Adds a route: it checks the permission before the body is read, and sends the actor with the service's call. */
export function addAdminRoute(app: HttpApp, dependencies: Dependencies, route: AdminRoute): void {
  const { method, csv, from } = route
  const read = async (query: Query, request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    'compose' in from
      ? from.compose(dependencies, request, query)
      : JSON.parse((await callService(dependencies, { route, from, query }, request, reply)).text)
  const [status = '200'] = Object.keys(route.answers)
  app.route({
    method,
    url: `/api/admin${route.path}`,
    preParsing: permit(route.permission),
    schema: schemaOf(route) as object,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (csv && isCsv(request)) {
        const page = csvPageQuery(route.query?.properties)
        return sendCsv(csv, { request, reply }, query => read({ ...query, ...page }, request, reply))
      }
      const { format: _json, ...query } = request.query as Record<string, string>
      if (!('compose' in from)) {
        return forward(reply, await callService(dependencies, { route, from, query }, request, reply))
      }
      const text = JSON.stringify(await from.compose(dependencies, request, query))
      return forward(reply, { status: Number(status), text })
    },
  } as never)
}

function schemaOf(route: AdminRoute) {
  const query = route.csv
    ? Type.Object({ ...route.query?.properties, ...csvFormat }, { additionalProperties: false })
    : route.query
  return {
    tags: ['admin'],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: withToken,
    ...(route.params ? { params: route.params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(route.headers ? { headers: route.headers } : {}),
    ...(route.body ? { body: route.body } : {}),
    response: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, schema]) => [
          status,
          answers((schema as { description?: string }).description ?? 'Done', schema),
        ]),
      ),
      ...problems('unauthenticated', 'forbidden', ...(route.problems ?? [])),
    },
  }
}

function callService(
  dependencies: Dependencies,
  { route, from, query }: { route: AdminRoute; from: OneService; query: Query },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ServiceAnswer> {
  const text = String(new URLSearchParams(query))
  const path = from.path(request.params as Params)
  const idempotencyKey = request.headers['idempotency-key']
  return dependencies[from.service].call({
    method: route.method,
    path: text === '' ? path : `${path}?${text}`,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    actor: actorFor(route.permission, request, reply),
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
    traceparent: traceOf(request),
    ...(route.timeoutMs === undefined ? {} : { timeoutMs: route.timeoutMs }),
  })
}
