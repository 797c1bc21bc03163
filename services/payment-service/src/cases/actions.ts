import { Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { AlipayClient } from '../alipay/client.ts'
import type { cases } from '../case-store/schema.ts'
import { isRefundedBeforeRecorded } from '../payments/attempt-store.ts'
import type { RecordAlipayResult } from '../payments/record-alipay-result.ts'
import { settleBillRefund } from '../reconciliation/record-differences.ts'
import { bookOutsideRefund, type ConfirmedRefund } from '../refunds/outside-refund.ts'
import { requestRefund, retryRefund } from '../refunds/request-refund.ts'
import type { Action } from './case.ts'

export interface ActionParts {
  db: Db
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  /** Refunds that are due are done now. */
  refundNow: () => void
  /** Something was committed that may have written an event. */
  onCommitted: () => void
}

type CaseRow = typeof cases.$inferSelect

/** What an action would do, and doing it. */
export interface Plan {
  /** In words. */
  readonly would: string
  /**
   * Does it, for `by`; resolves to what came of it, in words. Doing it again is safe. Throws a Problem when it did not
   * work: the case stays open.
   */
  run(by: string): Promise<string>
}

/** What an action means for a case. Throws the problem `invalid-request` when the case has nothing that it could be done to. */
export function planAction(row: CaseRow, action: Action, parts: ActionParts): Plan {
  switch (action) {
    case 'none':
      return { would: 'only note that it has been dealt with', run: async () => 'nothing was to be done' }
    case 'query_trade': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      return {
        would: `ask Alipay about ${outTradeNo}, and accept its money if it is paid and what the order costs`,
        run: by => acceptWhatAlipaySays(row, { outTradeNo, source: 'query', by }, parts),
      }
    }
    case 'accept_payment': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      return {
        would: `ask Alipay about ${outTradeNo}, and accept its money if it is paid, also where the order costs something else`,
        run: by => acceptWhatAlipaySays(row, { outTradeNo, source: 'case', by }, parts),
      }
    }
    case 'refund_trade': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      const orderId = needed(row.orderId, 'names no order of ours')
      return {
        would: `give back all that is left of ${outTradeNo}`,
        run: by => refundTrade(row, { orderId, outTradeNo }, by, parts),
      }
    }
    case 'book_outside_refund': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      const orderId = needed(row.orderId, 'names no order of ours')
      needed(row.kind === 'outside_refund' ? row.kind : undefined, 'is about no refund that was made elsewhere')
      // Alipay: a refund that was asked for without a number has the trade's.
      const requestNo = requestNoOf(row) ?? outTradeNo
      return {
        would: `ask Alipay about refund ${requestNo} of ${outTradeNo}, and enter it in the ledger if it is done`,
        run: by => bookRefund(row, { orderId, outTradeNo, requestNo }, by, parts),
      }
    }
    case 'retry_refund': {
      const refundId = needed(refundIdOf(row), 'is about no refund')
      return {
        would: `ask Alipay for refund ${refundId} again, with the same number: it pays at most once`,
        run: by => retry(refundId, by, parts),
      }
    }
  }
}

function needed(value: string | null | undefined, otherwise: string): string {
  if (!value)
    throw new Problem('invalid-request', `This can not be done here: the case ${otherwise}. Choose another action.`)
  return value
}

function refundIdOf({ evidence }: CaseRow): string | undefined {
  const { refundId } = (evidence ?? {}) as { refundId?: unknown }
  return typeof refundId === 'string' && /^ref_[0-9a-f]{32}$/.test(refundId) ? refundId : undefined
}

function requestNoOf({ evidence }: CaseRow): string | undefined {
  const { requestNo } = (evidence ?? {}) as { requestNo?: unknown }
  return typeof requestNo === 'string' && requestNo !== '' ? requestNo : undefined
}

async function acceptWhatAlipaySays(
  { caseId }: CaseRow,
  { outTradeNo, source, by }: { outTradeNo: string; source: 'query' | 'case'; by: string },
  { alipay, recordAlipayResult }: ActionParts,
): Promise<string> {
  const answer = await alipay.query(outTradeNo)
  if (answer.outcome === 'unknown') {
    throw new Problem('alipay-failed', `Alipay gave no clear answer (${answer.detail}). Try again in a moment.`)
  }
  if (answer.outcome !== 'paid') {
    throw unsettled(`Alipay says ${answer.outcome}: there is no money to accept.`)
  }
  const decision = await recordAlipayResult({
    outTradeNo,
    input: { type: 'paid', trade: answer.trade, source },
    call: { what: 'case', cause: `${caseId}, approved by ${by}` },
  })
  if (decision.outcome === 'rejected') {
    throw unsettled(`Alipay says paid, ${answer.trade.amountFen} fen, which can not be right: ${decision.reason}.`)
  }
  return decision.outcome === 'changed' ? `Alipay says paid: ${decision.as}` : `Alipay says paid: ${decision.reason}`
}

const unsettled = (what: string) =>
  new Problem('invalid-request', `${what} The case stays open; resolve it with "none" once it is dealt with.`)

async function refundTrade(
  { caseId }: CaseRow,
  trade: { orderId: string; outTradeNo: string },
  by: string,
  { db, refundNow }: ActionParts,
): Promise<string> {
  // The case's own number: approved twice, it is the same refund.
  const refundId = `ref_${caseId.slice('case_'.length)}`
  const wish = { ...trade, refundId, reason: 'requested', note: caseId, requestedBy: by } as const
  const answer = await db.transaction(tx => requestRefund(tx, wish))
  if (answer.outcome !== 'requested' && answer.outcome !== 'repeated') {
    throw new Problem('order-not-refundable', `Nothing of ${trade.outTradeNo} can go back: ${answer.outcome}.`)
  }
  refundNow()
  return `refund ${refundId} of ${answer.refund.amountFen} fen is on its way`
}

/** A notify or a bill has told of the refund; only Alipay's signed answer to a query is taken for its amount. */
async function bookRefund(
  row: CaseRow,
  refund: { orderId: string; outTradeNo: string; requestNo: string },
  by: string,
  parts: ActionParts,
): Promise<string> {
  const { caseId, evidence } = row
  const { db, alipay, onCommitted } = parts
  const { orderId, outTradeNo, requestNo } = refund
  const answer = await alipay.findRefund(refund)
  if (answer.outcome === 'unclear') {
    throw new Problem('alipay-failed', `Alipay gave no clear answer (${answer.detail}). Try again in a moment.`)
  }
  if (answer.outcome === 'absent') throw unsettled(`Alipay knows no refund ${requestNo} of ${outTradeNo}.`)
  const { refundedAt } = evidence as { refundedAt?: string }
  const { amountFen, at = refundedAt ? new Date(refundedAt) : new Date() } = answer
  const confirmed = { outTradeNo, requestNo, amountFen, at }
  const booking = await db.transaction(async tx => {
    const booking = await bookOutsideRefund(tx, confirmed, { orderId, by, note: caseId })
    if (booking.outcome === 'booked') await settleBillRefund(tx, outTradeNo, requestNo)
    return booking
  })
  switch (booking.outcome) {
    case 'booked':
      onCommitted()
      return `refund ${requestNo} of ${amountFen} fen is in the ledger as ${booking.refundId}`
    case 'booked_before':
      return `refund ${requestNo} was in the ledger already, as ${booking.refundId}`
    case 'ours':
      return `refund ${requestNo} was made by this system, which keeps it in the ledger itself`
    case 'refunded_before_recorded':
      return `the money of ${outTradeNo} came and went back before it counted here: there is nothing to enter`
    case 'not_paid':
      return closeAsGoneBack(row, { ...answer, ...confirmed }, by, parts)
    case 'exceeds_balance':
      throw new Problem(
        'refund-exceeds-balance',
        `Alipay gave back ${amountFen} fen, and refunds of ours leave ${booking.leftFen}. Approve it again once they have ended.`,
        { refundableFen: booking.leftFen },
      )
  }
}

/**
 * Nobody told us of the payment, and a bill tells of its refund. If that gave back all of the money, neither counts here.
 * If a part of it, the payment has to be accepted first.
 */
async function closeAsGoneBack(
  { caseId }: CaseRow,
  refund: ConfirmedRefund & { totalFen: number | undefined; tradeNo: string | undefined },
  by: string,
  { db, recordAlipayResult }: ActionParts,
): Promise<string> {
  const { outTradeNo, requestNo, amountFen, totalFen, tradeNo, at } = refund
  if (!tradeNo || totalFen !== amountFen) {
    throw unsettled(`${outTradeNo} is not paid here. Accept its payment first, with "query_trade" of its own case.`)
  }
  const decision = await recordAlipayResult({
    outTradeNo,
    input: {
      type: 'refundNoticed',
      trade: { outTradeNo, tradeNo, amountFen, paidAt: at },
      refund: { requestNo, refundedFen: amountFen, at },
      origin: 'outside_known',
    },
    call: { what: 'case', cause: `${caseId}, approved by ${by}` },
  })
  if (decision.outcome === 'rejected') throw unsettled(`What Alipay says can not be right: ${decision.reason}.`)
  if (!(await isRefundedBeforeRecorded(db, outTradeNo))) {
    throw new Problem('invalid-request', `The payment of ${outTradeNo} was accepted at this moment. Approve it again.`)
  }
  return `all of ${outTradeNo} came and went back before it counted here: there is nothing to enter`
}

async function retry(refundId: string, by: string, { db, refundNow }: ActionParts): Promise<string> {
  const answer = await db.transaction(tx => retryRefund(tx, refundId, by))
  // Not failed any more: somebody has retried it already, or Alipay has confirmed it.
  if (answer.outcome === 'not_failed') return `refund ${refundId} is not failed any more`
  if (answer.outcome !== 'retried') throw new Problem('order-not-refundable', `It can't be retried: ${answer.outcome}.`)
  refundNow()
  return `refund ${refundId} is asked for again`
}
