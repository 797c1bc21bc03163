import { Case, CaseList, CaseStatus, ResolveCaseBody } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { onlyAdmins, requireCustomer } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { caseIdOf, notifyIdOf } from '../http/path-ids.ts'
import { answers, pageQuery, problems, withToken } from '../http/schemas.ts'
import { passOn, trace } from '../upstream/forward.ts'
import type { ServiceCall } from '../upstream/service.ts'

/** What a person starts may have payment-service ask Alipay. */
const actionTimeoutMs = 15_000

const CaseParams = Type.Object({ caseId: Type.String({ description: '`case_…`' }) })
const CasesQuery = Type.Object({
  status: Type.Optional(CaseStatus),
  ...pageQuery(Case.properties.caseId),
})
const Replayed = Type.Object({ verdict: Type.String({ description: 'What the notify comes to, judged again' }) })

/** The desk for what needs a person, and a notify's second hearing. Who acts is told to payment-service, which keeps it. */
export function addCases(app: HttpApp, { payments }: Dependencies): void {
  const call = async (request: FastifyRequest, reply: FastifyReply, call: Omit<ServiceCall, 'traceparent'>) =>
    passOn(reply, await payments.call({ ...call, traceparent: trace(request) }))

  const listSchema = {
    tags: ['admin'],
    summary: 'Cases: what needs a person, newest first',
    security: withToken,
    querystring: CasesQuery,
    response: { 200: answers('One page', CaseList), ...problems('unauthenticated', 'forbidden') },
  }
  app.get('/api/admin/cases', { schema: listSchema, preParsing: onlyAdmins }, (request, reply) => {
    const query = new URLSearchParams(request.query as Record<string, string>)
    return call(request, reply, { method: 'GET', path: `/cases${query.size > 0 ? `?${query}` : ''}` })
  })

  const readSchema = {
    tags: ['admin'],
    summary: 'A case, with its evidence and its trail',
    security: withToken,
    params: CaseParams,
    response: { 200: answers('The case', Case), ...problems('unauthenticated', 'forbidden', 'case-not-found') },
  }
  app.get('/api/admin/cases/:caseId', { schema: readSchema, preParsing: onlyAdmins }, (request, reply) =>
    call(request, reply, { method: 'GET', path: `/cases/${caseIdOf(request.params.caseId)}` }),
  )

  const resolveSchema = {
    tags: ['admin'],
    summary: 'Preview or resolve a case',
    description: 'Nothing is done without `"preview": false`; until then the answer says what would be.',
    security: withToken,
    params: CaseParams,
    body: ResolveCaseBody,
    response: {
      200: answers('The case after it, or as it would be', Case),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'forbidden',
        'case-not-found',
        'case-already-resolved',
        'second-person-required',
        'alipay-failed',
        'alipay-timeout',
      ),
    },
  }
  app.post('/api/admin/cases/:caseId/resolve', { schema: resolveSchema, preParsing: onlyAdmins }, (request, reply) =>
    call(request, reply, {
      method: 'POST',
      path: `/cases/${caseIdOf(request.params.caseId)}/resolve`,
      body: JSON.stringify(request.body),
      actor: requireCustomer(request, reply).id,
      timeoutMs: actionTimeoutMs,
    }),
  )

  const replaySchema = {
    tags: ['admin'],
    summary: "Judge a stored notify of Alipay's again",
    description: 'A notify that has had its effect has none again.',
    security: withToken,
    params: Type.Object({ notifyId: Type.String({ description: "Alipay's `notify_id`" }) }),
    response: {
      200: answers('What it comes to now', Replayed),
      ...problems('unauthenticated', 'forbidden', 'notify-not-found'),
    },
  }
  app.post('/api/admin/notifies/:notifyId/replay', { schema: replaySchema, preParsing: onlyAdmins }, (request, reply) =>
    call(request, reply, {
      method: 'POST',
      path: `/notifies/${notifyIdOf(request.params.notifyId)}/replay`,
      actor: requireCustomer(request, reply).id,
      timeoutMs: actionTimeoutMs,
    }),
  )
}
