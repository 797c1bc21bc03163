import { ReasonBody, Refund as RefundBody, RefundFilters, RefundId, RefundPage } from '@alipay-checkout/contracts'
import {
  actorFrom,
  type HttpApp,
  PageLimit,
  Problem,
  pageOf,
  RequiredActorHeaders,
  spanOfDay,
} from '@alipay-checkout/service-kit'
import Type from 'typebox'
import type { Refund } from './refund.ts'
import { refundBody, retryRefusal } from './refund-answers.ts'
import { pageOfRefunds } from './refund-store.ts'
import { retryRefund } from './request-refund.ts'
import { type Review, reviewRefund } from './review-refund.ts'
import type { RefundDependencies } from './routes.ts'

const Query = Type.Object(
  { ...RefundFilters, cursor: Type.Optional(RefundId), limit: PageLimit },
  { additionalProperties: false },
)
const params = Type.Object({ refundId: RefundId })
const response = { 200: RefundBody }

/** Lists the refunds of all orders, and lets people approve, reject and retry them. */
export function addRefundAdministration(app: HttpApp, dependencies: RefundDependencies): void {
  const { db, refundNow, secondPersonAboveFen } = dependencies
  app.get('/admin/refunds', { schema: { querystring: Query, response: { 200: RefundPage } } }, async ({ query }) => {
    const { status, succeededOn, cursor } = query
    const limit = Number(query.limit)
    const succeeded = succeededOn === undefined ? undefined : spanOfDay('succeededOn', succeededOn)
    const refunds = await pageOfRefunds(db, { status, succeeded, cursor, limit })
    return pageOf(refunds.map(refundBody), limit, ({ refundId }) => refundId)
  })

  async function review(refundId: string, headers: Parameters<typeof actorFrom>[0], decision: Review) {
    const answer = await db.transaction(tx => reviewRefund(tx, refundId, decision, actorFrom(headers)))
    switch (answer.outcome) {
      case 'unknown_refund':
        throw unknownRefund(refundId)
      case 'own_request':
        throw new Problem('second-person-required', 'You have requested this refund. Another person has to approve it.')
      case 'not_awaiting':
        throw notAwaiting(answer.refund)
      case 'decided':
        if (decision.type === 'approved') refundNow()
        return refundBody(answer.refund)
      case 'repeated':
        return refundBody(answer.refund)
    }
  }

  app.post(
    '/admin/refunds/:refundId/approve',
    { schema: { params, headers: RequiredActorHeaders, response } },
    async ({ params: { refundId }, headers }) => review(refundId, headers, { type: 'approved' }),
  )

  app.post(
    '/admin/refunds/:refundId/reject',
    { schema: { params, headers: RequiredActorHeaders, body: ReasonBody, response } },
    async ({ params: { refundId }, headers, body }) =>
      review(refundId, headers, { type: 'rejected', reason: body.reason }),
  )

  app.post(
    '/admin/refunds/:refundId/retry',
    { schema: { params, headers: RequiredActorHeaders, response } },
    async ({ params: { refundId }, headers }) => {
      const requester = { actor: actorFrom(headers), secondPersonAboveFen }
      const answer = await db.transaction(tx => retryRefund(tx, refundId, requester))
      switch (answer.outcome) {
        case 'unknown_refund':
          throw unknownRefund(refundId)
        case 'not_failed':
          throw new Problem(
            'refund-not-failed',
            `The refund is ${answer.refund.status}: only a failed refund can be tried again.`,
            { refundStatus: answer.refund.status },
          )
        case 'retried':
          refundNow()
          return refundBody(answer.refund)
        case 'repeated':
          return refundBody(answer.refund)
        default:
          throw retryRefusal(answer)
      }
    },
  )
}

const unknownRefund = (refundId: string) => new Problem('refund-not-found', `There is no refund ${refundId}.`)

function notAwaiting({ status, approvedBy }: Refund): Problem {
  const by = approvedBy === undefined ? '' : ` ${approvedBy} has decided about it.`
  return new Problem('refund-not-pending-approval', `The refund is ${status} and waits for no approval.${by}`, {
    refundStatus: status,
  })
}
