import type { NewEvent, PaymentEvent, PaymentSucceeded } from '@alipay-checkout/contracts'

/** Why an attempt is being closed: the order said so, or it ended while its cashier was open and nobody waits for us. */
export type ClosingReason = 'expired' | 'cancelled' | 'ended'

/** Money that came, as Alipay told us. `tradeNo` is Alipay's number, `outTradeNo` ours. */
export interface Trade {
  readonly outTradeNo: string
  readonly tradeNo: string
  readonly amountFen: number
  readonly paidAt: Date
  readonly buyerId?: string | undefined
}

/** How we learned of money. `case`: a person has looked at it and takes it as it came, whatever its amount. */
export type TradeSource = PaymentSucceeded['data']['source']

/** One line of an order as far as its money goes. */
export interface OrderedLine {
  readonly sku: string
  readonly quantity: number
  readonly unitPriceFen: number
}

/** One `out_trade_no` at Alipay. CREATED: nobody was sent to the cashier with it yet. */
export type Attempt = { readonly outTradeNo: string; readonly number: number } & (
  | { readonly status: 'CREATED' }
  | {
      readonly status: 'OPENED'
      /** After this moment Alipay takes no money for it. */
      readonly timeExpire: Date
      /** When it is to be closed at Alipay; null while it may be paid, and is asked about instead. */
      readonly nextCloseAt: Date | null
      /** How often closing it has ended without a clear answer. */
      readonly closeTries: number
    }
  | { readonly status: 'PAID'; readonly trade: Trade }
  | {
      readonly status: 'CLOSED'
      /** Closed with us while its link may still be paid at Alipay, because nobody had used it: to be watched. */
      readonly linkAlive?: boolean
      /** Its money came and all of it went back at Alipay before we heard of the payment: it never counts. */
      readonly refundedBeforeRecorded?: boolean
    }
)

export interface PaymentDetails {
  readonly orderId: string
  readonly customerId: string
  readonly amountFen: number
  readonly expiresAt: Date
  /** The trace of the order: whatever becomes of the payment belongs to it. */
  readonly traceparent?: string | undefined
  /** What was ordered. Given when the payment is made; refunds read it, nothing here does. */
  readonly lines?: readonly OrderedLine[] | undefined
  /** In order of their numbers, at least one. */
  readonly attempts: readonly Attempt[]
}

/** The money of one order. */
export type Payment = PaymentDetails &
  (
    | { readonly status: 'EXPECTED' }
    | { readonly status: 'CLOSING'; readonly reason: ClosingReason }
    | { readonly status: 'PAID'; readonly trade: Trade }
    | { readonly status: 'CLOSED' }
  )

/** What can happen to a payment. `at` is when, on the database's clock. */
export type Input =
  | { readonly type: 'orderCreated'; readonly order: Omit<PaymentDetails, 'attempts'> }
  | { readonly type: 'closingAsked'; readonly reason: 'expired' | 'cancelled'; readonly at: Date }
  | { readonly type: 'orderEnded'; readonly at: Date }
  | { readonly type: 'moneyCame'; readonly trade: Trade; readonly source: TradeSource }
  | { readonly type: 'noMoney'; readonly outTradeNo: string; readonly amountFen: number; readonly why: NoMoney }
  | {
      readonly type: 'refundNoticed'
      readonly trade: Trade
      readonly refund: NoticedRefund
      /** Whose it is: one that the ledger accounts for, or one made elsewhere that has no case yet, or has one. */
      readonly origin: 'ours' | 'outside' | 'outside_known'
    }
  | { readonly type: 'closedAtAlipay'; readonly outTradeNo: string }
  | { readonly type: 'noTradeAtAlipay'; readonly outTradeNo: string; readonly at: Date }
  | { readonly type: 'outcomeUnknown'; readonly outTradeNo: string; readonly at: Date }

/** What a signed notify may say that is no payment. */
export type NoMoney = 'waiting_for_buyer' | 'trade_closed' | 'refund_notice'

/** What a notify says about a refund of its trade. */
export interface NoticedRefund {
  /** Alipay's `out_biz_no`: the `out_request_no` of the refund; undefined where Alipay gave none that can be one. */
  readonly requestNo: string | undefined
  /** What went back of the trade so far, this refund included, fen. */
  readonly refundedFen: number
  readonly at: Date
}

/** What an input did. */
export type Changed =
  | 'expected'
  | 'paid'
  | 'paid_again'
  | 'paid_late'
  | 'closed'
  | 'closing'
  | 'attempt_closed'
  | 'outside_refund'
  | 'retried_later'

/** Why an input changes nothing, though nothing is wrong. */
export type Ignored =
  | 'already_expected'
  | 'already_closing'
  | 'already_paid'
  | 'already_closed'
  | 'not_closing'
  | 'nothing_to_close'
  | 'refunded_before_recorded'
  | NoMoney

/** Why an input can't be right. It never changes anything; a person, or a later try, has to look. */
export type Rejected = 'unknown_order' | 'amount_differs' | 'attempt_has_another_trade'

export type Decision =
  | {
      readonly outcome: 'changed'
      readonly as: Changed
      readonly payment: Payment
      readonly events: readonly NewEvent<PaymentEvent>[]
    }
  | { readonly outcome: 'ignored'; readonly why: Ignored }
  | { readonly outcome: 'rejected'; readonly why: Rejected }

/** Pauses before asking Alipay again about a close that stayed unclear, s: quick at first, then once a minute for ever. */
const retryPausesS = [2, 5, 15, 30, 60] as const
const retryPauseMaxS = 60
/** A link still payable is asked about again this long after it has run out, ms: clocks differ a little. */
const afterTimeExpireMs = 1_000

const ignore = (why: Ignored): Decision => ({ outcome: 'ignored', why })
const reject = (why: Rejected): Decision => ({ outcome: 'rejected', why })

/** What an input does to an order's payment, or to none. Pure: the same payment and input give the same answer. */
export function decide(payment: Payment | undefined, input: Input): Decision {
  if (input.type === 'orderCreated') return payment ? ignore('already_expected') : expect(input.order)
  if (!payment) {
    // OrderCreated has the same key and comes first, so this is a stranger's trade number or a lost record. An order
    // that ended asks nothing of us; everything else has to be looked at.
    return input.type === 'orderEnded' ? ignore('nothing_to_close') : reject('unknown_order')
  }
  switch (input.type) {
    case 'closingAsked':
      return onClosing(payment, input.reason, input.at)
    case 'orderEnded':
      // Out of stock: nobody asked us to close, but a cashier that is open all the same must not take money.
      return onClosing(payment, 'ended', input.at)
    case 'moneyCame':
      return onMoney(payment, input.trade, input.source)
    case 'noMoney':
      return input.amountFen === amountOf(payment, input.outTradeNo) ? ignore(input.why) : reject('amount_differs')
    case 'refundNoticed':
      return onRefundNoticed(payment, input)
    case 'closedAtAlipay':
      return onClosedAtAlipay(payment, input.outTradeNo)
    case 'noTradeAtAlipay':
      return onNoTradeAtAlipay(payment, input.outTradeNo, input.at)
    case 'outcomeUnknown':
      return onOutcomeUnknown(payment, input.outTradeNo, input.at)
    default:
      return assertNever(input)
  }
}

function expect(order: Omit<PaymentDetails, 'attempts'>): Decision {
  const first: Attempt = { status: 'CREATED', outTradeNo: order.orderId, number: 1 }
  return {
    outcome: 'changed',
    as: 'expected',
    payment: { ...order, attempts: [first], status: 'EXPECTED' },
    events: [],
  }
}

function onClosing(payment: Payment, reason: ClosingReason, at: Date): Decision {
  switch (payment.status) {
    case 'EXPECTED':
      return startClosing(payment, reason, at)
    case 'CLOSING':
      return ignore('already_closing')
    // PaymentSucceeded is on its way to the order and answers the question.
    case 'PAID':
      return ignore('already_paid')
    case 'CLOSED':
      return ignore('already_closed')
    default:
      return assertNever(payment)
  }
}

/** What was never opened closes at once; what was opened is due at Alipay now. */
function startClosing(payment: Payment, reason: ClosingReason, at: Date): Decision {
  const attempts = payment.attempts.map((attempt): Attempt => {
    if (attempt.status === 'CREATED') return closed(attempt)
    return attempt.status === 'OPENED' ? { ...attempt, nextCloseAt: at } : attempt
  })
  if (attempts.some(attempt => attempt.status === 'OPENED')) {
    return {
      outcome: 'changed',
      as: 'closing',
      payment: { ...facts(payment), attempts, status: 'CLOSING', reason },
      events: [],
    }
  }
  return finishClosing(payment, attempts, reason)
}

function finishClosing(payment: Payment, attempts: readonly Attempt[], reason: ClosingReason): Decision {
  return {
    outcome: 'changed',
    as: 'closed',
    payment: { ...facts(payment), attempts, status: 'CLOSED' },
    // An order that ended by itself asked nothing, so it gets no answer.
    events: reason === 'ended' ? [] : [event(payment, { type: 'PaymentClosed', data: { orderId: payment.orderId } })],
  }
}

function onMoney(payment: Payment, trade: Trade, source: TradeSource): Decision {
  if (trade.amountFen !== amountOf(payment, trade.outTradeNo) && source !== 'case') return reject('amount_differs')
  const attempt = payment.attempts.find(({ outTradeNo }) => outTradeNo === trade.outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status === 'PAID') {
    // Alipay keeps one trade per out_trade_no, so a second one means that something is very wrong.
    return attempt.trade.tradeNo === trade.tradeNo ? ignore('already_paid') : reject('attempt_has_another_trade')
  }
  // This word of Alipay's is older than its refund notice.
  if (attempt.status === 'CLOSED' && attempt.refundedBeforeRecorded) return ignore('refunded_before_recorded')
  const paidAttempt: Attempt = { outTradeNo: attempt.outTradeNo, number: attempt.number, status: 'PAID', trade }
  const attempts = replace(payment, paidAttempt).map(one =>
    // Whatever else is open must not be paid as well: it is due for closing from now on.
    one.status === 'OPENED' && !one.nextCloseAt ? { ...one, nextCloseAt: trade.paidAt } : one,
  )
  const paid = (as: Changed, first: Trade): Decision => ({
    outcome: 'changed',
    as,
    payment: { ...facts(payment), attempts, status: 'PAID', trade: first },
    events: [succeeded(payment, trade, source)],
  })
  switch (payment.status) {
    case 'EXPECTED':
    case 'CLOSING':
      return paid('paid', trade)
    // The order decides what becomes of money that came twice, or after it was closed.
    case 'PAID':
      return paid('paid_again', payment.trade)
    case 'CLOSED':
      return paid('paid_late', trade)
    default:
      return assertNever(payment)
  }
}

/** What a trade must amount to: the order's total, or what a person has taken for it. */
function amountOf(payment: Payment, outTradeNo: string): number {
  const attempt = payment.attempts.find(one => one.outTradeNo === outTradeNo)
  return attempt?.status === 'PAID' ? attempt.trade.amountFen : payment.amountFen
}

/**
 * Alipay: a refund notifies the address of its payment, also one made in Alipay's own console. Ours is known from the
 * answer to the call that made it. One from outside is announced once, and a person has to book it.
 */
function onRefundNoticed(payment: Payment, { trade, refund, origin }: Input & { type: 'refundNoticed' }): Decision {
  if (trade.amountFen !== amountOf(payment, trade.outTradeNo)) return reject('amount_differs')
  const attempt = payment.attempts.find(({ outTradeNo }) => outTradeNo === trade.outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status === 'PAID' && attempt.trade.tradeNo !== trade.tradeNo) return reject('attempt_has_another_trade')
  const isWhole = refund.refundedFen >= trade.amountFen
  if (origin === 'ours') return ignore(isWhole ? 'trade_closed' : 'refund_notice')
  const detected = origin === 'outside' ? [outsideRefundDetected(payment, trade, refund, 'notify')] : []
  const noticed = (decision: Decision): Decision => {
    const after = decision.outcome === 'changed' ? decision : { payment, events: [] }
    if (decision.outcome !== 'changed' && detected.length === 0) return ignore('refund_notice')
    const events = [...after.events, ...detected]
    return { outcome: 'changed', as: 'outside_refund', payment: after.payment, events }
  }
  if (attempt.status === 'PAID') return noticed(ignore('already_paid'))
  // A notice of a refund is no payment, though the payment's own notify is late or lost: the query finds the money. A
  // person is told, and nothing is announced, because nothing can have been shipped.
  if (!isWhole) return ignore('refund_notice')
  return noticed(onWentBack(payment, attempt))
}

/** Nothing is left of this money, so it pays no order. Whatever says later that it came is out of date. */
function onWentBack(payment: Payment, attempt: Attempt): Decision {
  const refundedBeforeRecorded: Attempt = { ...closed(attempt), refundedBeforeRecorded: true }
  if (attempt.status === 'CLOSED') {
    if (attempt.refundedBeforeRecorded) return ignore('already_closed')
    const attempts = replace(payment, refundedBeforeRecorded)
    return { outcome: 'changed', as: 'attempt_closed', payment: { ...payment, attempts }, events: [] }
  }
  return endAttempt(payment, refundedBeforeRecorded)
}

function onClosedAtAlipay(payment: Payment, outTradeNo: string, { linkAlive = false } = {}): Decision {
  const attempt = payment.attempts.find(one => one.outTradeNo === outTradeNo)
  if (!attempt) return reject('unknown_order')
  // A full refund turns a paid trade into TRADE_CLOSED: that doesn't make the payment undone.
  if (attempt.status === 'PAID') return ignore('already_paid')
  if (attempt.status === 'CLOSED') return ignore('already_closed')
  return endAttempt(payment, linkAlive ? { ...closed(attempt), linkAlive } : closed(attempt))
}

/** An attempt takes no money any more; the payment is closed with its last one if it was closing. */
function endAttempt(payment: Payment, ended: Attempt): Decision {
  const attempts = replace(payment, ended)
  if (payment.status === 'CLOSING' && !attempts.some(({ status }) => status === 'OPENED')) {
    return finishClosing(payment, attempts, payment.reason)
  }
  return { outcome: 'changed', as: 'attempt_closed', payment: { ...payment, attempts }, events: [] }
}

/**
 * Alipay: a trade exists only once the buyer has scanned or logged in, and until then the link stays payable. So the
 * answer is final after `time_expire`. It is accepted earlier when the shopper cancelled: waiting would hold the
 * stock for the rest of the half hour; its link is watched, and money that comes all the same is late money.
 */
function onNoTradeAtAlipay(payment: Payment, outTradeNo: string, at: Date): Decision {
  const attempt = payment.attempts.find(one => one.outTradeNo === outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status !== 'OPENED' || !attempt.nextCloseAt) return ignore('not_closing')
  const cancelled = payment.status === 'CLOSING' && payment.reason === 'cancelled'
  if (cancelled || attempt.timeExpire <= at) {
    return onClosedAtAlipay(payment, outTradeNo, { linkAlive: attempt.timeExpire > at })
  }
  const nextCloseAt = new Date(attempt.timeExpire.getTime() + afterTimeExpireMs)
  return later(payment, { ...attempt, nextCloseAt })
}

/** Nobody knows whether money can still come: the hold stays, and we ask again, for ever. */
function onOutcomeUnknown(payment: Payment, outTradeNo: string, at: Date): Decision {
  const attempt = payment.attempts.find(one => one.outTradeNo === outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status !== 'OPENED' || !attempt.nextCloseAt) return ignore('not_closing')
  const pauseS = retryPausesS[attempt.closeTries] ?? retryPauseMaxS
  const nextCloseAt = new Date(at.getTime() + pauseS * 1000)
  return later(payment, { ...attempt, nextCloseAt, closeTries: attempt.closeTries + 1 })
}

function later(payment: Payment, attempt: Attempt): Decision {
  return {
    outcome: 'changed',
    as: 'retried_later',
    payment: { ...payment, attempts: replace(payment, attempt) },
    events: [],
  }
}

function closed({ outTradeNo, number }: Attempt): Attempt & { status: 'CLOSED' } {
  return { outTradeNo, number, status: 'CLOSED' }
}

function replace(payment: Payment, attempt: Attempt): readonly Attempt[] {
  return payment.attempts.map(one => (one.outTradeNo === attempt.outTradeNo ? attempt : one))
}

function facts({ orderId, customerId, amountFen, expiresAt, traceparent, lines, attempts }: Payment): PaymentDetails {
  return { orderId, customerId, amountFen, expiresAt, traceparent, lines, attempts }
}

function succeeded(payment: Payment, trade: Trade, source: TradeSource): NewEvent<PaymentEvent> {
  const { outTradeNo, tradeNo, amountFen, paidAt } = trade
  return event(payment, {
    type: 'PaymentSucceeded',
    data: { orderId: payment.orderId, outTradeNo, tradeNo, amountFen, paidAt: paidAt.toISOString(), source },
  })
}

/** The event that tells of a refund which this system did not make. Units: fen. */
export function outsideRefundDetected(
  payment: Pick<PaymentDetails, 'orderId' | 'traceparent'>,
  { outTradeNo, tradeNo, amountFen: paidFen }: Pick<Trade, 'outTradeNo' | 'tradeNo' | 'amountFen'>,
  { requestNo, refundedFen, at }: NoticedRefund,
  source: 'notify' | 'bill',
): NewEvent<PaymentEvent> {
  const { orderId } = payment
  const refundedAt = at.toISOString()
  return event(payment, {
    type: 'OutsideRefundDetected',
    data: { orderId, outTradeNo, tradeNo, requestNo: requestNo ?? null, refundedFen, paidFen, refundedAt, source },
  })
}

type KeylessEvent<E = NewEvent<PaymentEvent>> = E extends NewEvent<PaymentEvent> ? Pick<E, 'type' | 'data'> : never

function event(
  { orderId, traceparent }: Pick<PaymentDetails, 'orderId' | 'traceparent'>,
  { type, data }: KeylessEvent,
): NewEvent<PaymentEvent> {
  return { type, key: orderId, data, ...(traceparent ? { traceparent } : {}) } as NewEvent<PaymentEvent>
}

function assertNever(value: never): never {
  throw new Error(`impossible: ${JSON.stringify(value)}`)
}
