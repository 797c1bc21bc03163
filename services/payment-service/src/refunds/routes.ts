import { createHash, randomUUID } from 'node:crypto'
import { InternalRefund, OrderId, type Refund as RefundBody, RefundList } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { isKnownOrder, listPaidTrades } from './paid-trade-store.ts'
import { type Refund, unitsOf } from './refund.ts'
import { refundableByLine, takenByLine } from './refund-amount.ts'
import { listRefunds } from './refund-store.ts'
import { type RequestedRefund, type RequestRefundResult, requestRefund } from './request-refund.ts'

/** Accepts and lists refunds. The job that `refundNow` wakes after the commit sends them to Alipay. */
export function addRefunds(app: HttpApp, { db, refundNow }: { db: Db; refundNow: () => void }): void {
  app.post(
    '/payments/:orderId/refunds',
    { schema: { params: Type.Object({ orderId: OrderId }), body: InternalRefund } },
    async (request, reply) => {
      const { orderId } = request.params
      const answer = await db.transaction(tx => requestRefund(tx, toRequestedRefund(orderId, request.body)))
      if (answer.outcome === 'requested') refundNow()
      if (answer.outcome !== 'requested' && answer.outcome !== 'repeated') {
        throw refusal(orderId, answer, request.body.outTradeNo)
      }
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

function refusal(
  orderId: string,
  answer: Exclude<RequestRefundResult, { refund: Refund }>,
  outTradeNo?: string | undefined,
): Problem {
  switch (answer.outcome) {
    case 'unknown_order':
      return new Problem('order-not-found', `There is no order ${orderId} to refund.`)
    case 'not_paid':
      return outTradeNo === undefined
        ? new Problem('order-not-refundable', 'The order has not been paid.', { reason: 'not_paid' })
        : new Problem('order-not-refundable', `${outTradeNo} is no paid trade of this order.`, {
            reason: 'trade_not_paid',
          })
    case 'nothing_left':
      return new Problem('order-not-refundable', 'Everything has been refunded, or its refund is in progress.', {
        reason: 'nothing_left',
      })
    case 'costs_nothing':
      return new Problem('order-not-refundable', 'The share of these units is 0 fen, so there is nothing to refund.', {
        reason: 'costs_nothing',
      })
    case 'shipping_refunded':
      return new Problem('refund-exceeds-balance', 'Shipping was refunded already. Leave out includeShipping.', {
        shippingRefundableFen: 0,
      })
    case 'exceeds_balance':
      return new Problem('refund-exceeds-balance', `At most ${answer.leftFen} fen can still be refunded.`, {
        refundableFen: answer.leftFen,
      })
    case 'line_not_ordered':
      return new Problem('invalid-request', `${answer.sku} is not in this order, or its price is not known.`, {
        sku: answer.sku,
      })
    case 'line_exceeds':
      return new Problem('refund-exceeds-balance', `At most ${answer.left} of ${answer.sku} can still be refunded.`, {
        sku: answer.sku,
        left: answer.left,
      })
    case 'key_reused':
      return new Problem('idempotency-key-reused', 'This key was used for another refund of the order.')
  }
}

function refundBody(refund: Refund): RefundBody {
  const { refundId, orderId, outTradeNo, method, amountFen, status, reason, note, requestedBy, lines, why } = refund
  return {
    refundId,
    orderId,
    outTradeNo,
    ...(method ? { method } : {}),
    amountFen,
    status,
    reason,
    requestedBy,
    requestedAt: refund.requestedAt.toISOString(),
    ...(note === undefined ? {} : { note }),
    ...(refund.finishedAt ? { finishedAt: refund.finishedAt.toISOString() } : {}),
    ...(why === undefined ? {} : { why }),
    ...(lines ? { lines: unitsOf(lines) } : {}),
    ...(refund.shippingFen > 0 ? { shippingFen: refund.shippingFen } : {}),
  }
}
