import type { Refund, Trade } from './trade.ts'

export interface RefundRequest {
  readonly requestNo: string | undefined
  readonly amountFen: number
  readonly reason?: string
}

export type RefundRefusal =
  | 'TRADE_NOT_EXIST'
  | 'TRADE_STATUS_ERROR'
  | 'TRADE_HAS_FINISHED'
  | 'REFUND_AMT_NOT_EQUAL_TOTAL'
  | 'REASON_TRADE_REFUND_FEE_ERR'
  | 'DISCORDANT_REPEAT_REQUEST'
  | 'TOO_SOON'

export type RefundDecision =
  | { readonly kind: 'changed'; readonly trade: Trade; readonly refund: Refund }
  | { readonly kind: 'repeated'; readonly trade: Trade; readonly refund: Refund }
  | { readonly kind: 'refused'; readonly refusal: RefundRefusal }

/** The refunds of a trade, oldest first. */
export function refundsOf(trade: Trade): readonly Refund[] {
  return trade.refunds ?? []
}

/** The refunded amount, fen. */
export function refundedFen(trade: Trade): number {
  return refundsOf(trade).reduce((sum, refund) => sum + refund.amountFen, 0)
}

/** The refund with this request number; without a number, the one that has the trade's out_trade_no. */
export function findRefund(trade: Trade, requestNo: string | undefined): Refund | undefined {
  const sought = requestNo ?? trade.outTradeNo
  return refundsOf(trade).find(refund => refund.requestNo === sought)
}

/**
 * Refunds a trade, once per request number: a repeat with the same amount changes nothing, and another amount is refused.
 * The refund that completes the full amount closes the trade. `gapMs`: the least time between two refunds of one trade.
 */
export function refundTrade(
  trade: Trade | undefined,
  request: RefundRequest,
  gapMs: number,
  now: number,
): RefundDecision {
  if (!trade) return refuse('TRADE_NOT_EXIST')
  const known = findRefund(trade, request.requestNo)
  if (known) {
    return known.amountFen === request.amountFen
      ? { kind: 'repeated', trade, refund: known }
      : refuse('DISCORDANT_REPEAT_REQUEST')
  }
  switch (trade.state.status) {
    case 'WAIT_BUYER_PAY':
    case 'TRADE_CLOSED':
      return refuse('TRADE_STATUS_ERROR')
    case 'TRADE_FINISHED':
      return refuse('TRADE_HAS_FINISHED')
    case 'TRADE_SUCCESS':
      return refundPaid(trade, trade.state.paidAt, request, gapMs, now)
  }
}

function refundPaid(trade: Trade, paidAt: number, request: RefundRequest, gapMs: number, now: number): RefundDecision {
  // A request without a number can only refund the full amount.
  if (request.requestNo === undefined && request.amountFen !== trade.totalFen)
    return refuse('REFUND_AMT_NOT_EQUAL_TOTAL')
  const leftFen = trade.totalFen - refundedFen(trade)
  if (request.amountFen > leftFen) return refuse('REASON_TRADE_REFUND_FEE_ERR')
  const last = refundsOf(trade).at(-1)
  if (last && now < last.at + gapMs) return refuse('TOO_SOON')
  const refund: Refund = {
    requestNo: request.requestNo ?? trade.outTradeNo,
    amountFen: request.amountFen,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    at: now,
  }
  const refunded: Trade = { ...trade, refunds: [...refundsOf(trade), refund] }
  const whole = request.amountFen === leftFen
  return {
    kind: 'changed',
    refund,
    trade: whole
      ? { ...refunded, state: { status: 'TRADE_CLOSED', closedAt: now, reason: 'refunded', paidAt } }
      : refunded,
  }
}

function refuse(refusal: RefundRefusal): RefundDecision {
  return { kind: 'refused', refusal }
}
