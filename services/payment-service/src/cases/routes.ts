import { Case, CaseList, CaseStatus, ResolveCaseBody } from '@alipay-checkout/contracts'
import { actorOf, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { findCase, listCases } from '../case-store/read-cases.ts'
import { type CaseDependencies, resolveCase } from './resolve-case.ts'

const params = Type.Object({ caseId: Type.String({ pattern: '^case_[0-9a-f]{32}$' }) })
const pageSizeDefault = 50

/** Lists, shows and resolves cases. */
export function addCases(app: HttpApp, dependencies: CaseDependencies): void {
  const { db } = dependencies
  app.get(
    '/cases',
    {
      schema: {
        querystring: Type.Object(
          {
            status: Type.Optional(CaseStatus),
            cursor: Type.Optional(params.properties.caseId),
            limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: CaseList },
      },
    },
    async request => {
      const { status, cursor, limit } = request.query
      return listCases(db, { status, cursor, limit: limit === undefined ? pageSizeDefault : Number(limit) })
    },
  )

  app.get('/cases/:caseId', { schema: { params, response: { 200: Case } } }, async request => {
    const { caseId } = request.params
    const found = await findCase(db, caseId)
    if (!found) throw new Problem('case-not-found', `There is no case ${caseId}.`)
    return found
  })

  app.post(
    '/cases/:caseId/resolve',
    {
      schema: {
        params,
        body: ResolveCaseBody,
        headers: Type.Object({ 'x-actor': Type.String({ minLength: 1, maxLength: 512 }) }),
        response: { 200: Case },
      },
    },
    async request =>
      resolveCase(request.params.caseId, request.body, actorOf(request.headers['x-actor']), dependencies),
  )
}
