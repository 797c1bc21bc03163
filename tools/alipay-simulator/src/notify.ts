import { beijingStamp, toBeijing } from './beijing-time.ts'
import { buyerFields } from './buyer-ids.ts'
import { yuanFromFen } from './money.ts'
import { termsOf } from './products.ts'
import { randomDigits } from './random-digits.ts'
import { refundedFen } from './refund.ts'
import type { Parameters } from './rsa.ts'
import { paidAtOf, type Refund, type Trade } from './trade.ts'

export interface Attempt {
  /** Only scheduled deliveries count towards the eight, not manual ones and those that a fault repeats. */
  readonly kind: 'scheduled' | 'manual' | 'duplicate'
  readonly at: number
  readonly durationMs: number
  /** `delivered` only for status 200 with the body `success`; `dropped` by a fault. */
  readonly outcome: 'delivered' | 'refused' | 'failed' | 'dropped'
  readonly httpStatus?: number
  /** The first 200 characters of the answer. */
  readonly answer?: string
  readonly error?: string
  /** The fault of this delivery. */
  readonly fault?: string
}

export interface Notify {
  readonly notifyId: string
  readonly outTradeNo: string
  readonly tradeNo: string
  readonly url: string
  readonly createdAt: number
  /** The fields without `notify_time` and the signature, which each delivery adds. */
  readonly fields: Parameters
  readonly attempts: readonly Attempt[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Alipay: the waits between one delivery and the next; with the first that makes eight within 25 hours. */
const RETRY_WAITS_MS: readonly number[] = [
  4 * MINUTE_MS,
  10 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  15 * HOUR_MS,
]

/** When the next delivery is due (ms since 1970), or undefined when it was taken or all eight are spent. */
export function nextAttemptAt(notify: Notify, timeScale: number): number | undefined {
  if (notify.attempts.some(attempt => attempt.outcome === 'delivered')) return undefined
  const scheduled = notify.attempts.filter(attempt => attempt.kind === 'scheduled')
  const last = scheduled.at(-1)
  if (!last) return notify.createdAt
  const waitMs = RETRY_WAITS_MS[scheduled.length - 1]
  return waitMs === undefined ? undefined : last.at + waitMs / timeScale
}

/** An id for a notify made at `now`, unlike any other. */
export function newNotifyId(now: number): string {
  const { day, time } = beijingStamp(now)
  return `${day}00222${time}${randomDigits(15)}`
}

/**
 * The notify about a paid (or finished) trade, or undefined when the merchant gave no address. `further` are the fields
 * that come with Alipay's products.
 */
export function paidNotify(trade: Trade, notifyId: string, now: number, further: Parameters = {}): Notify | undefined {
  return notifyOf(trade, notifyId, now, further)
}

/** The notify about an unpaid trade that was closed; undefined for products that do not notify it. */
export function closedNotify(
  trade: Trade,
  notifyId: string,
  now: number,
  further: () => Parameters,
): Notify | undefined {
  return termsOf(trade).notifiesEnd ? notifyOf(trade, notifyId, now, further()) : undefined
}

/**
 * The notify about a refund: it goes to the address of the payment. After a partial refund its status is TRADE_SUCCESS
 * once more; `refund_fee` is all that went back so far.
 */
export function refundNotify(
  trade: Trade,
  refund: Refund,
  notifyId: string,
  now: number,
  further: Parameters = {},
): Notify | undefined {
  return notifyOf(trade, notifyId, now, {
    ...further,
    refund_fee: yuanFromFen(refundedFen(trade)),
    gmt_refund: `${toBeijing(refund.at)}.${String(refund.at % 1000).padStart(3, '0')}`,
    out_biz_no: refund.requestNo,
  })
}

function notifyOf(trade: Trade, notifyId: string, now: number, more: Parameters): Notify | undefined {
  if (!trade.notifyUrl) return undefined
  return {
    notifyId,
    outTradeNo: trade.outTradeNo,
    tradeNo: trade.tradeNo,
    url: trade.notifyUrl,
    createdAt: now,
    fields: { ...more, ...tradeFields(trade) },
    attempts: [],
  }
}

/** Everything one delivery sends but the signature, no value empty. */
export function deliveryFields(notify: Notify, now: number): Parameters {
  return { notify_time: toBeijing(now), notify_type: 'trade_status_sync', notify_id: notify.notifyId, ...notify.fields }
}

function tradeFields(trade: Trade): Parameters {
  const { buyer, state } = trade
  const paidAt = paidAtOf(trade)
  const fields: Record<string, string | undefined> = {
    app_id: trade.appId,
    auth_app_id: trade.appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    ...buyerFields(buyer, 'buyer_id'),
    buyer_logon_id: buyer.logonId,
    seller_id: trade.sellerId,
    trade_status: state.status,
    total_amount: yuanFromFen(trade.totalFen),
    subject: trade.subject,
    body: trade.body,
    gmt_create: toBeijing(trade.createdAt),
    gmt_close: state.status === 'TRADE_CLOSED' ? toBeijing(state.closedAt) : undefined,
    passback_params: trade.passbackParams,
    ...(paidAt === undefined ? {} : paidFields(trade, paidAt)),
  }
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1])))
}

function paidFields({ totalFen, instalments }: Trade, paidAt: number): Record<string, string | undefined> {
  const amount = yuanFromFen(totalFen)
  return {
    receipt_amount: amount,
    invoice_amount: amount,
    buyer_pay_amount: amount,
    point_amount: '0.00',
    gmt_payment: toBeijing(paidAt),
    fund_bill_list: JSON.stringify([{ amount, fundChannel: 'ALIPAYACCOUNT' }]),
    hb_fq_pay_info: instalments && JSON.stringify({ USER_INSTALL_NUM: String(instalments.number) }),
  }
}
