import { createHash, randomUUID } from 'node:crypto'
import { InternalRefund, OrderId, RefundList } from '@alipay-checkout/contracts'
import { ActorHeaders, actorFrom, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { isKnownOrder, listPaidTrades } from './paid-trade-store.ts'
import type { Refund } from './refund.ts'
import { refundableByLine, takenByLine } from './refund-amount.ts'
import { refundBody, refusal } from './refund-answers.ts'
import { listRefunds } from './refund-store.ts'
import { previewRefund, type RequestedRefund, type Requester, requestRefund } from './request-refund.ts'

export interface RefundDependencies {
  db: Db
  /** Wakes the job that executes refunds. */
  refundNow: () => void
  /** Above this sum of a person's refunds of an order, fen, a second person has to approve; undefined: never. */
  secondPersonAboveFen: number | undefined
}

/** Accepts, previews and lists refunds. The job that `refundNow` wakes after the commit sends them to Alipay. */
export function addRefunds(app: HttpApp, { db, refundNow, secondPersonAboveFen }: RefundDependencies): void {
  app.post(
    '/payments/:orderId/refunds',
    { schema: { params: Type.Object({ orderId: OrderId }), body: InternalRefund, headers: ActorHeaders } },
    async (request, reply) => {
      const { orderId } = request.params
      const { requestedBy, limitFen, preview, outTradeNo } = request.body
      const wanted = toRequestedRefund(orderId, request.body)
      const actor = { ...actorFrom(request.headers), id: requestedBy }
      const requester: Requester = { actor, limits: { secondPersonAboveFen, limitFen } }
      if (preview) {
        const answer = await db.transaction(tx => previewRefund(tx, wanted, requester))
        if (answer.outcome !== 'fits') throw refusal(orderId, answer, outTradeNo)
        return answer.preview
      }
      const answer = await db.transaction(tx => requestRefund(tx, wanted, { requester }))
      if (answer.outcome === 'requested') refundNow()
      if (answer.outcome !== 'requested' && answer.outcome !== 'repeated') throw refusal(orderId, answer, outTradeNo)
      return reply.code(202).send(refundBody(answer.refund))
    },
  )

  app.get(
    '/payments/:orderId/refunds',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: RefundList } } },
    async request => {
      const { orderId } = request.params
      const [refunds, paid] = await Promise.all([listRefunds(db, orderId), listPaidTrades(db, orderId)])
      if (!paid.trade && !(await isKnownOrder(db, orderId))) throw refusal(orderId, { outcome: 'unknown_order' })
      return { items: refunds.map(refundBody), ...refundableOf(paid, refunds), trades: paid.trades }
    },
  )
}

/** What can still be refunded of the trade that paid the order. */
function refundableOf(
  { trade, ordered, shippingFen }: Awaited<ReturnType<typeof listPaidTrades>>,
  refunds: readonly Refund[],
): Omit<RefundList, 'items' | 'trades'> {
  if (!trade) return { lines: [], shippingRefundableFen: 0, paidFen: 0, refundableFen: 0 }
  const { paidFen, refundableFen, outTradeNo } = trade
  const taken = takenByLine(refunds.filter(refund => refund.outTradeNo === outTradeNo))
  const refundingFen = paidFen - refundableFen
  return { ...refundableByLine({ paidFen, refundingFen, ordered, shippingFen, taken }), paidFen, refundableFen }
}

function toRequestedRefund(orderId: string, body: InternalRefund): RequestedRefund {
  const { amountFen, lines, returnToStock, includeShipping, outTradeNo, reason: note } = body
  const { requestedBy, idempotencyKey } = body
  if (amountFen !== undefined && lines) {
    throw new Problem('invalid-request', 'Give amountFen or lines, not both: lines cost what was paid for them.')
  }
  if (amountFen !== undefined && includeShipping) {
    throw new Problem('invalid-request', 'Give amountFen or includeShipping, not both: amountFen is the whole amount.')
  }
  if (returnToStock && !lines) throw new Problem('invalid-request', 'returnToStock needs lines: which units came back?')
  const hashed = JSON.stringify([
    amountFen,
    lines?.map(({ sku, quantity }) => [sku, quantity]),
    !!returnToStock,
    note,
    // Left out where they are not given, so that the hash of such a request stays the same.
    ...(outTradeNo === undefined ? [] : [outTradeNo]),
    ...(includeShipping ? [{ includeShipping }] : []),
  ])
  return {
    refundId: `ref_${randomUUID().replaceAll('-', '')}`,
    orderId,
    outTradeNo,
    reason: 'requested',
    amountFen,
    lines,
    includeShipping,
    returnToStock,
    note,
    requestedBy,
    idempotencyKey,
    requestHash: createHash('sha256').update(hashed).digest('hex'),
  }
}
