import type { ProblemType } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Permission } from '../auth/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, problems, withToken } from '../http/schemas.ts'
import { forward, traceOf } from '../upstream/forward.ts'

/** Who answers: a service by its path, or the gateway from several services. */
type Source =
  | { readonly service: 'orders' | 'payments' | 'inventory'; readonly path: (params: Params) => string }
  | { readonly compose: (dependencies: Dependencies, request: FastifyRequest) => Promise<unknown> }

type Params = Readonly<Record<string, string>>

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
  readonly from: Source
}

/** Adds a route: it checks the permission before the body is read, and sends the actor with the service's call. */
export function addAdminRoute(app: HttpApp, dependencies: Dependencies, route: AdminRoute): void {
  const { method, permission } = route
  app.route({
    method,
    url: `/api/admin${route.path}`,
    preParsing: permit(permission),
    schema: {
      tags: ['admin'],
      summary: route.summary,
      ...(route.description === undefined ? {} : { description: route.description }),
      security: withToken,
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { querystring: route.query } : {}),
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
    } as object,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { from } = route
      reply.header('cache-control', 'no-store')
      if ('compose' in from) return from.compose(dependencies, request)
      const query = String(new URLSearchParams(request.query as Record<string, string>))
      const path = from.path(request.params as Params)
      const idempotencyKey = request.headers['idempotency-key']
      const answer = await dependencies[from.service].call({
        method,
        path: query === '' ? path : `${path}?${query}`,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        actor: actorFor(permission, request, reply),
        ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
        traceparent: traceOf(request),
        ...(route.timeoutMs === undefined ? {} : { timeoutMs: route.timeoutMs }),
      })
      return forward(reply, answer)
    },
  } as never)
}
