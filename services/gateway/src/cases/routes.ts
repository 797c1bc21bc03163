import { Case, ResolveCaseBody } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { caseIdOf, notifyIdOf } from '../http/path-ids.ts'
import { answers, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'
import type { ServiceCall } from '../upstream/service.ts'

/** An admin's action may make payment-service call Alipay, ms. */
const actionTimeoutMs = 15_000

const CaseParams = Type.Object({ caseId: Type.String({ description: '`case_…`' }) })
const Replayed = Type.Object({ verdict: Type.String({ description: 'The result of processing the notify again' }) })

/** Cases that need a person, and replaying a notify. Payment-service stores which admin acted (`x-actor`). */
export function addCases(app: HttpApp, { payments }: Dependencies): void {
  const call = async (request: FastifyRequest, reply: FastifyReply, call: Omit<ServiceCall, 'traceparent'>) =>
    forward(reply, await payments.call({ ...call, traceparent: traceOf(request) }))

  const readSchema = {
    tags: ['admin'],
    summary: 'A case, with its evidence and audit trail',
    security: withToken,
    params: CaseParams,
    response: { 200: answers('The case', Case), ...problems('unauthenticated', 'forbidden', 'case-not-found') },
  }
  app.get('/api/admin/cases/:caseId', { schema: readSchema, preParsing: permit('read') }, (request, reply) =>
    call(request, reply, { method: 'GET', path: `/cases/${caseIdOf(request.params.caseId)}` }),
  )

  const resolveSchema = {
    tags: ['admin'],
    summary: 'Preview or resolve a case',
    description: 'Only `"preview": false` acts; otherwise the answer shows what the action would do.',
    security: withToken,
    params: CaseParams,
    body: ResolveCaseBody,
    response: {
      200: answers('The case after the action, or as it would be after it', Case),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'forbidden',
        'case-not-found',
        'case-already-resolved',
        'case-claimed',
        'second-person-required',
        'alipay-failed',
        'alipay-timeout',
      ),
    },
  }
  app.post(
    '/api/admin/cases/:caseId/resolve',
    { schema: resolveSchema, preParsing: permit('case.resolve') },
    (request, reply) =>
      call(request, reply, {
        method: 'POST',
        path: `/cases/${caseIdOf(request.params.caseId)}/resolve`,
        body: JSON.stringify(request.body),
        actor: actorFor('case.resolve', request, reply),
        timeoutMs: actionTimeoutMs,
      }),
  )

  const replaySchema = {
    tags: ['admin'],
    summary: 'Process a stored Alipay notify again',
    description: 'A notify that was already applied has no second effect.',
    security: withToken,
    params: Type.Object({ notifyId: Type.String({ description: "Alipay's `notify_id`" }) }),
    response: {
      200: answers('Its result now', Replayed),
      ...problems('unauthenticated', 'forbidden', 'notify-not-found'),
    },
  }
  app.post(
    '/api/admin/notifies/:notifyId/replay',
    { schema: replaySchema, preParsing: permit('notify.replay') },
    (request, reply) =>
      call(request, reply, {
        method: 'POST',
        path: `/notifies/${notifyIdOf(request.params.notifyId)}/replay`,
        actor: actorFor('notify.replay', request, reply),
        timeoutMs: actionTimeoutMs,
      }),
  )
}
