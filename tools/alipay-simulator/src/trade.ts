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
  /** For a buyer of whom the merchant only learns the open id, that open id. */
  readonly buyerId: string
  readonly logonId: string
  /** Reported instead of `buyerId`, as to apps made since 2023, or beside it. */
  readonly openId?: string
  readonly isIdReported?: boolean
}

/** 花呗分期: how often the buyer pays, and the share of the fee that the seller pays, in percent. */
export interface Instalments {
  readonly number: 3 | 6 | 12
  readonly sellerPercent: 0 | 100
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
  readonly instalments?: Instalments
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

/** A merchant's request for a payment, of any product. */
export interface PaymentRequest {
  readonly outTradeNo: string
  readonly appId: string
  readonly sellerId: string
  readonly totalFen: number
  readonly subject: string
  readonly productCode: string
  readonly body?: string
  readonly passbackParams?: string
  readonly instalments?: Instalments
  readonly notifyUrl?: string
  readonly returnUrl?: string
  /** wap: where a buyer goes who leaves the cashier. */
  readonly quitUrl?: string
  /** A fixed time (`time_expire`), or a period that starts when the trade is created (`timeout_express`). */
  readonly expiry: { readonly at: number } | { readonly afterMs: number }
}

export type Refusal =
  | 'TRADE_NOT_EXIST'
  | 'TRADE_HAS_SUCCESS'
  | 'TRADE_HAS_CLOSE'
  | 'TRADE_BUYER_NOT_MATCH'
  | 'TRADE_STATUS_ERROR'
  | 'CONTEXT_INCONSISTENT'
  | 'TRADE_PAYINFO_INCONSISTENT'
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

/** Why this request may not be paid, or undefined. `existing` is closed already if it has expired. */
export function refusePayment(existing: Trade | undefined, request: PaymentRequest, now: number): Refusal | undefined {
  if (!existing) return 'at' in request.expiry && request.expiry.at <= now ? 'LINK_EXPIRED' : undefined
  switch (existing.state.status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'TRADE_HAS_SUCCESS'
    case 'TRADE_CLOSED':
      return 'TRADE_HAS_CLOSE'
    case 'WAIT_BUYER_PAY':
      if (!sameContext(existing, request)) return 'CONTEXT_INCONSISTENT'
      return sameInstalments(existing, request) ? undefined : 'TRADE_PAYINFO_INCONSISTENT'
  }
}

/** Creates the trade, or finds the one that was created before. Its first buyer and first terms are final. */
export function openTrade(
  existing: Trade | undefined,
  request: PaymentRequest,
  buyer: Buyer,
  tradeNo: string,
  now: number,
): Decision {
  const refusal = refusePayment(existing, request, now)
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
  opening: { request: PaymentRequest; buyer: Buyer; tradeNo: string } | undefined,
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

function newTrade(request: PaymentRequest, buyer: Buyer, tradeNo: string, now: number): Trade {
  const { expiry, quitUrl: _quitUrl, ...terms } = request
  const expiresAt = 'at' in expiry ? expiry.at : now + expiry.afterMs
  return { ...terms, tradeNo, buyer, createdAt: now, expiresAt, state: { status: 'WAIT_BUYER_PAY' } }
}

type Terms = Omit<PaymentRequest, 'expiry'>

/** Compares what may not change between two requests for one out_trade_no. Addresses and the expiry may change. */
export function sameContext(trade: Terms, request: PaymentRequest): boolean {
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

export function sameInstalments({ instalments: one }: Terms, { instalments: other }: Terms): boolean {
  return one?.number === other?.number && one?.sellerPercent === other?.sellerPercent
}
