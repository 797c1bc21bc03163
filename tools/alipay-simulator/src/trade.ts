/** A refund of a trade, under the merchant's own request number. */
export interface Refund {
  /** `out_request_no`; a refund that was requested without one has the trade's out_trade_no. */
  readonly requestNo: string
  readonly amountFen: number
  readonly reason?: string
  /** Ms since 1970. */
  readonly at: number
}

/** A buyer's sandbox account. */
export interface Buyer {
  readonly buyerId: string
  readonly logonId: string
}

interface TradeTerms {
  readonly tradeNo: string
  readonly outTradeNo: string
  readonly appId: string
  readonly sellerId: string
  readonly totalFen: number
  readonly subject: string
  readonly productCode: string
  readonly body?: string
  readonly passbackParams?: string
  readonly notifyUrl?: string
  readonly returnUrl?: string
  readonly buyer: Buyer
  /** Ms since 1970, like every time in this file. */
  readonly createdAt: number
  readonly expiresAt: number
}

type TradeState =
  | { readonly status: 'WAIT_BUYER_PAY' }
  | { readonly status: 'TRADE_SUCCESS'; readonly paidAt: number }
  /** Too old to be refunded. */
  | { readonly status: 'TRADE_FINISHED'; readonly paidAt: number }
  | { readonly status: 'TRADE_CLOSED'; readonly closedAt: number; readonly reason: 'expired' | 'closed' }
  | {
      readonly status: 'TRADE_CLOSED'
      readonly closedAt: number
      readonly reason: 'refunded'
      readonly paidAt: number
    }

export type Trade = TradeTerms & { readonly state: TradeState; readonly refunds?: readonly Refund[] }

/** A signed page-pay request. */
export interface PagePay {
  readonly outTradeNo: string
  readonly appId: string
  readonly sellerId: string
  readonly totalFen: number
  readonly subject: string
  readonly productCode: string
  readonly body?: string
  readonly passbackParams?: string
  readonly notifyUrl?: string
  readonly returnUrl?: string
  /** A fixed time (`time_expire`), or a period that starts when the buyer opens the cashier (`timeout_express`). */
  readonly expiry: { readonly at: number } | { readonly afterMs: number }
}

export type Refusal =
  | 'TRADE_NOT_EXIST'
  | 'TRADE_HAS_SUCCESS'
  | 'TRADE_HAS_CLOSE'
  | 'TRADE_BUYER_NOT_MATCH'
  | 'TRADE_STATUS_ERROR'
  | 'CONTEXT_INCONSISTENT'
  | 'LINK_EXPIRED'

export type Decision =
  | { readonly kind: 'changed'; readonly trade: Trade }
  | { readonly kind: 'unchanged'; readonly trade: Trade }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Closes an unpaid trade that has expired, as of its expiry. Returns any other trade unchanged. */
export function expireIfDue(trade: Trade, now: number): Trade {
  if (trade.state.status !== 'WAIT_BUYER_PAY' || now < trade.expiresAt) return trade
  return { ...trade, state: { status: 'TRADE_CLOSED', closedAt: trade.expiresAt, reason: 'expired' } }
}

/** Why the cashier may not be shown for this request, or undefined. `existing` is closed already if it has expired. */
export function refusePagePay(existing: Trade | undefined, request: PagePay, now: number): Refusal | undefined {
  if (!existing) return 'at' in request.expiry && request.expiry.at <= now ? 'LINK_EXPIRED' : undefined
  switch (existing.state.status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'TRADE_HAS_SUCCESS'
    case 'TRADE_CLOSED':
      return 'TRADE_HAS_CLOSE'
    case 'WAIT_BUYER_PAY':
      return sameContext(existing, request) ? undefined : 'CONTEXT_INCONSISTENT'
  }
}

/** A buyer scans or logs in, which creates the trade. Its first buyer and first terms are final. */
export function openTrade(
  existing: Trade | undefined,
  request: PagePay,
  buyer: Buyer,
  tradeNo: string,
  now: number,
): Decision {
  const refusal = refusePagePay(existing, request, now)
  if (refusal) return { kind: 'refused', refusal }
  if (!existing) return { kind: 'changed', trade: newTrade(request, buyer, tradeNo, now) }
  if (existing.buyer.buyerId !== buyer.buyerId) return { kind: 'refused', refusal: 'TRADE_BUYER_NOT_MATCH' }
  return { kind: 'unchanged', trade: existing }
}

/** The buyer pays. */
export function payTrade(trade: Trade | undefined, now: number): Decision {
  if (!trade) return { kind: 'refused', refusal: 'TRADE_NOT_EXIST' }
  switch (trade.state.status) {
    case 'WAIT_BUYER_PAY':
      return { kind: 'changed', trade: { ...trade, state: { status: 'TRADE_SUCCESS', paidAt: now } } }
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return { kind: 'refused', refusal: 'TRADE_HAS_SUCCESS' }
    case 'TRADE_CLOSED':
      return { kind: 'refused', refusal: 'TRADE_HAS_CLOSE' }
  }
}

/**
 * Pays a trade that may be closed: the payment was under way when the trade was closed or expired. `opening` creates the
 * trade where no buyer had opened it.
 */
export function payTradeLate(
  trade: Trade | undefined,
  opening: { request: PagePay; buyer: Buyer; tradeNo: string } | undefined,
  now: number,
): Decision {
  const known = trade ?? (opening && newTrade(opening.request, opening.buyer, opening.tradeNo, now))
  if (known?.state.status !== 'TRADE_CLOSED' || known.state.reason === 'refunded') return payTrade(known, now)
  return { kind: 'changed', trade: { ...known, state: { status: 'TRADE_SUCCESS', paidAt: now } } }
}

/** The merchant or the buyer closes an unpaid trade. */
export function closeTrade(trade: Trade | undefined, now: number): Decision {
  if (!trade) return { kind: 'refused', refusal: 'TRADE_NOT_EXIST' }
  switch (trade.state.status) {
    case 'WAIT_BUYER_PAY':
      return {
        kind: 'changed',
        trade: { ...trade, state: { status: 'TRADE_CLOSED', closedAt: now, reason: 'closed' } },
      }
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
    case 'TRADE_CLOSED':
      return { kind: 'refused', refusal: 'TRADE_STATUS_ERROR' }
  }
}

/** Alipay finishes a paid trade after some months: it can no longer be refunded. */
export function finishTrade(trade: Trade | undefined): Decision {
  if (!trade) return { kind: 'refused', refusal: 'TRADE_NOT_EXIST' }
  const { state } = trade
  if (state.status !== 'TRADE_SUCCESS') return { kind: 'refused', refusal: 'TRADE_STATUS_ERROR' }
  return { kind: 'changed', trade: { ...trade, state: { status: 'TRADE_FINISHED', paidAt: state.paidAt } } }
}

/** When the buyer paid (ms since 1970), or undefined. */
export function paidAtOf({ state }: Trade): number | undefined {
  return 'paidAt' in state ? state.paidAt : undefined
}

function newTrade(request: PagePay, buyer: Buyer, tradeNo: string, now: number): Trade {
  const { expiry, ...terms } = request
  const expiresAt = 'at' in expiry ? expiry.at : now + expiry.afterMs
  return { ...terms, tradeNo, buyer, createdAt: now, expiresAt, state: { status: 'WAIT_BUYER_PAY' } }
}

/** Compares what may not change between two requests for one out_trade_no. Addresses and the expiry may change. */
function sameContext(trade: Trade, request: PagePay): boolean {
  return (
    trade.appId === request.appId &&
    trade.sellerId === request.sellerId &&
    trade.totalFen === request.totalFen &&
    trade.subject === request.subject &&
    trade.productCode === request.productCode &&
    trade.body === request.body &&
    trade.passbackParams === request.passbackParams
  )
}
