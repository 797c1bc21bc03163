import { Case, CaseKind, CaseList, CaseStatus, OrderId, ResolveCaseBody } from '@alipay-checkout/contracts'
import { ActorHeader, actorFrom, type HttpApp, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { findCase, listCases } from '../case-store/read-cases.ts'
import type { ActionDependencies } from './actions.ts'
import { claimCase, resolveCase } from './resolve-case.ts'

const params = Type.Object({ caseId: Type.String({ pattern: '^case_[0-9a-f]{32}$' }) })
const pageSizeDefault = 50

/** Lists, shows, claims and resolves cases. */
export function addCases(app: HttpApp, dependencies: ActionDependencies): void {
  const { db } = dependencies
  app.get(
    '/cases',
    {
      schema: {
        querystring: Type.Object(
          {
            status: Type.Optional(CaseStatus),
            kind: Type.Optional(CaseKind),
            orderId: Type.Optional(OrderId),
            claimedBy: Type.Optional(ActorHeader),
            order: Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('newest')])),
            cursor: Type.Optional(params.properties.caseId),
            limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: CaseList },
      },
    },
    async ({ query }) =>
      listCases(db, { ...query, limit: query.limit === undefined ? pageSizeDefault : Number(query.limit) }),
  )

  app.get('/cases/:caseId', { schema: { params, response: { 200: Case } } }, async request => {
    const { caseId } = request.params
    const found = await findCase(db, caseId)
    if (!found) throw new Problem('case-not-found', `There is no case ${caseId}.`)
    return found
  })

  app.post(
    '/cases/:caseId/resolve',
    { schema: { params, body: ResolveCaseBody, headers: RequiredActorHeaders, response: { 200: Case } } },
    async request => resolveCase(request.params.caseId, request.body, actorFrom(request.headers), dependencies),
  )

  for (const type of ['claim', 'release'] as const) {
    app.post(
      `/cases/:caseId/${type}`,
      { schema: { params, headers: RequiredActorHeaders, response: { 200: Case } } },
      async request => claimCase(request.params.caseId, type, actorFrom(request.headers), db),
    )
  }
}
