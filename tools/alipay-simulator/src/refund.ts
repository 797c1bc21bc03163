import type { Trade } from './trade.ts'

/** Money that went back to the buyer, under the merchant's own number for it. */
export interface Refund {
  /** `out_request_no`; a refund asked for without one carries the trade's out_trade_no. */
  readonly requestNo: string
  readonly amountFen: number
  readonly reason?: string
  /** Ms since 1970. */
  readonly at: number
}

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

/** Refunds of a trade, oldest first. Books written before there were any have none. */
export function refundsOf(trade: Trade): readonly Refund[] {
  return trade.refunds ?? []
}

/** Fen that went back so far. */
export function refundedFen(trade: Trade): number {
  return refundsOf(trade).reduce((sum, refund) => sum + refund.amountFen, 0)
}

/** The refund that a request number stands for; no number stands for the whole trade's. */
export function findRefund(trade: Trade, requestNo: string | undefined): Refund | undefined {
  const sought = requestNo ?? trade.outTradeNo
  return refundsOf(trade).find(refund => refund.requestNo === sought)
}

/**
 * Money goes back, at most once per request number: the same number and amount again changes nothing, another amount is
 * refused. The refund that makes it whole closes the trade. `gapMs` is the least time between two refunds of one trade.
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
  // Without a number of its own it can only be the refund of everything.
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
