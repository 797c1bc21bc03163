import type { Instalments, NewEvent, PaymentEvent, PaymentMethod, PaymentSucceeded } from '@alipay-checkout/contracts'
import type { NoMoney, NoticedRefund, Trade } from '../alipay/trade.ts'

/** Why attempts are being closed. `ended`: the order ended while its cashier was open, without requesting it. */
export type ClosingReason = 'expired' | 'cancelled' | 'ended'

/** How a payment became known. `case`: a person has accepted it, whatever its amount. */
export type TradeSource = PaymentSucceeded['data']['source']

/** The quantity and price of one line of an order, and its share of the discounts and surcharges, absent for none. */
export interface OrderedLine {
  readonly sku: string
  readonly quantity: number
  readonly unitPriceFen: number
  readonly adjustmentFen?: number
}

/** What every state of an attempt has. */
export interface AttemptDetails {
  readonly outTradeNo: string
  readonly number: number
  /** How it is paid; undefined until it is opened. */
  readonly method?: PaymentMethod | undefined
  readonly instalments?: Instalments | undefined
}

/** One `out_trade_no` at Alipay. CREATED: no shopper was sent to the cashier with it yet. */
export type Attempt = AttemptDetails &
  (
    | { readonly status: 'CREATED' }
    | {
        readonly status: 'OPENED'
        /** After this moment Alipay takes no money for it. */
        readonly timeExpire: Date
        /** When it is to be closed at Alipay; null while it may be paid. */
        readonly nextCloseAt: Date | null
        /** How often closing it ended without a clear answer. */
        readonly closeTries: number
      }
    | { readonly status: 'PAID'; readonly trade: Trade }
    | {
        readonly status: 'CLOSED'
        /** Closed here while its unused link can still be paid at Alipay, so it is queried until the link expires. */
        readonly linkPayable?: boolean
        /** It was paid and fully refunded at Alipay before the payment was recorded here, so it never counts as paid. */
        readonly refundedBeforeRecorded?: boolean
      }
  )

export interface PaymentDetails {
  readonly orderId: string
  readonly customerId: string
  readonly amountFen: number
  readonly expiresAt: Date
  /** The trace of the order, which every event of the payment continues. */
  readonly traceparent?: string | undefined
  /** What was ordered. Written once, when the payment is created, and read only by refunds. */
  readonly lines?: readonly OrderedLine[] | undefined
  /** What the amount has for shipping, undefined for nothing. Written and read as the lines are. */
  readonly shippingFen?: number | undefined
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

/** What can happen to a payment. `at` is the time on the database's clock. */
export type Input =
  | { readonly type: 'orderCreated'; readonly order: Omit<PaymentDetails, 'attempts'> }
  | { readonly type: 'closingRequested'; readonly reason: 'expired' | 'cancelled'; readonly at: Date }
  | { readonly type: 'orderEnded'; readonly at: Date }
  | { readonly type: 'paid'; readonly trade: Trade; readonly source: TradeSource }
  | { readonly type: 'noMoney'; readonly outTradeNo: string; readonly amountFen: number; readonly reason: NoMoney }
  | {
      readonly type: 'refundNoticed'
      readonly trade: Trade
      readonly refund: NoticedRefund
      /** `ours`: the ledger accounts for it. `outside`: made elsewhere, without a case yet. `outside_known`: with one. */
      readonly origin: 'ours' | 'outside' | 'outside_known'
    }
  | { readonly type: 'closedAtAlipay'; readonly outTradeNo: string }
  | { readonly type: 'noTradeAtAlipay'; readonly outTradeNo: string; readonly at: Date }
  | {
      readonly type: 'outcomeUnknown'
      readonly outTradeNo: string
      readonly at: Date
      /** A person has requested the closing, so the job tries it again although the order may still be paid. */
      readonly isRequested?: boolean
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

/** Why an input cannot be right. It changes nothing: the event is dead-lettered, or the Alipay result gets a case. */
export type Rejected = 'unknown_order' | 'amount_differs' | 'attempt_has_another_trade'

export type Decision =
  | {
      readonly outcome: 'changed'
      readonly as: Changed
      readonly payment: Payment
      readonly events: readonly NewEvent<PaymentEvent>[]
    }
  | { readonly outcome: 'ignored'; readonly reason: Ignored }
  | { readonly outcome: 'rejected'; readonly reason: Rejected }

export const ignore = (reason: Ignored): Decision => ({ outcome: 'ignored', reason })
export const reject = (reason: Rejected): Decision => ({ outcome: 'rejected', reason })

export function change(
  as: Changed,
  payment: Payment,
  events: readonly NewEvent<PaymentEvent>[] = [],
): Decision & { outcome: 'changed' } {
  return { outcome: 'changed', as, payment, events }
}

/** What every state of a payment has. */
export function detailsOf(payment: Payment): PaymentDetails {
  const { orderId, customerId, amountFen, expiresAt, traceparent, lines, shippingFen, attempts } = payment
  return { orderId, customerId, amountFen, expiresAt, traceparent, lines, shippingFen, attempts }
}

/** What every state of an attempt has. */
export function attemptDetailsOf({ outTradeNo, number, method, instalments }: Attempt): AttemptDetails {
  return { outTradeNo, number, ...(method ? { method } : {}), ...(instalments ? { instalments } : {}) }
}

/**
 * Whether a refund of this attempt, made elsewhere, takes back what is shipped: not where the attempt never counted as
 * paid and another one has paid the order.
 */
export const stopsShipment = (payment: Payment, attempt: Attempt): boolean =>
  attempt.status === 'PAID' || payment.status !== 'PAID'

export function findAttempt(payment: Payment, outTradeNo: string): Attempt | undefined {
  return payment.attempts.find(attempt => attempt.outTradeNo === outTradeNo)
}

/** The payment's attempts with `attempt` in place of the one of its number. */
export function replaceAttempt(payment: Payment, attempt: Attempt): readonly Attempt[] {
  return payment.attempts.map(one => (one.outTradeNo === attempt.outTradeNo ? attempt : one))
}
