import { type KeyObject, verify } from 'node:crypto'
import type { NoMoney, Trade } from '../payment.ts'
import { parseBeijingTime } from './beijing-time.ts'
import { fenFromYuan } from './money.ts'
import { signingText } from './signing-text.ts'

/** A notify larger than this is none, bytes. Real ones have one or two thousand. */
export const notifyBodyBytesMax = 64 * 1024

/** Why a body is not a notify that Alipay signed for us. */
export type NotifyRefused =
  | 'duplicated_field'
  | 'unknown_field'
  | 'missing_field'
  | 'malformed_field'
  | 'wrong_sign_type'
  | 'bad_signature'

/** What Alipay says in a notify: money, or something that is no payment. */
export type NotifySays =
  | { readonly type: 'money'; readonly trade: Trade }
  | { readonly type: 'noMoney'; readonly why: NoMoney; readonly amountFen: number }

/** A notify with Alipay's signature. Whether it is meant for us is the next question. */
export interface SignedNotify {
  readonly notifyId: string
  readonly appId: string
  readonly sellerId: string
  readonly outTradeNo: string
  readonly tradeStatus: string
  readonly says: NotifySays
  /** The form as it came. */
  readonly body: string
}

/**
 * Every field a trade notify may have. The signed text is ambiguous (`a=1&b=2` is also one value `1&b=2`), so fields
 * can be split and joined without breaking the signature: a field that Alipay doesn't have is refused, and those that
 * money depends on have strict shapes below.
 */
const knownFields = new Set(
  `notify_time notify_type notify_id app_id auth_app_id charset version sign_type sign trade_no out_trade_no buyer_id
  buyer_open_id buyer_user_type buyer_logon_id seller_id seller_email trade_status total_amount receipt_amount
  invoice_amount buyer_pay_amount point_amount refund_fee subject body gmt_create gmt_payment gmt_refund gmt_close
  fund_bill_list voucher_detail_list passback_params out_biz_no send_back_fee mdiscount_amount discount_amount
  charge_amount charge_flags settlement_id receipt_currency_type hyb_amount biz_settle_mode extra_common_param
  out_channel_type`.split(/\s+/),
)

/** Fields without which a notify says nothing, and the only shapes they are accepted in. */
const requiredShapes: Readonly<Record<string, RegExp>> = {
  notify_id: /^[A-Za-z0-9_-]{1,128}$/,
  app_id: /^\d{1,32}$/,
  seller_id: /^\d{1,32}$/,
  out_trade_no: /^[A-Za-z0-9_]{1,64}$/,
  trade_no: /^[A-Za-z0-9]{1,64}$/,
  trade_status: /^(WAIT_BUYER_PAY|TRADE_CLOSED|TRADE_SUCCESS|TRADE_FINISHED)$/,
  total_amount: /^\d{1,9}(\.\d{1,2})?$/,
}

/**
 * Reads a notify's body. `receivedAt` stands in for a payment time that Alipay left out. Never throws.
 *
 * The SDK's checkNotifySignV2 throws on MD5 and on repeated fields and takes SHA-1 as well: so every value must be a
 * single string and `sign_type` exactly RSA2, before RSA-SHA256 is checked. (Its V1 decodes values a second time and
 * throws on `%`.) Alipay signs a notify over all fields but `sign` and `sign_type`.
 */
export function readNotify(
  body: string,
  { alipayPublicKey, receivedAt }: { alipayPublicKey: KeyObject; receivedAt: Date },
): SignedNotify | NotifyRefused {
  const fields = fieldsOf(body)
  if (typeof fields === 'string') return fields
  if (!fields.sign || !fields.sign_type) return 'missing_field'
  if (fields.sign_type !== 'RSA2') return 'wrong_sign_type'
  const text = Buffer.from(signingText(fields, ['sign', 'sign_type']))
  if (!verify('RSA-SHA256', text, alipayPublicKey, Buffer.from(fields.sign, 'base64'))) return 'bad_signature'
  for (const [name, shape] of Object.entries(requiredShapes)) {
    const value = fields[name]
    if (value === undefined) return 'missing_field'
    if (!shape.test(value)) return 'malformed_field'
  }
  const says = meaningOf(fields, receivedAt)
  if (!says) return 'malformed_field'
  return {
    notifyId: fields.notify_id as string,
    appId: fields.app_id as string,
    sellerId: fields.seller_id as string,
    outTradeNo: fields.out_trade_no as string,
    tradeStatus: fields.trade_status as string,
    says,
    body,
  }
}

function fieldsOf(body: string): Record<string, string> | NotifyRefused {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body)) {
    if (name in fields) return 'duplicated_field'
    // `total_amount[]` and the like are unknown too, so no value can be a list.
    if (!knownFields.has(name)) return 'unknown_field'
    fields[name] = value
  }
  return fields
}

function meaningOf(fields: Record<string, string>, receivedAt: Date): NotifySays | undefined {
  const amountFen = fenFromYuan(fields.total_amount as string)
  const refundedFen = fenFromYuan(fields.refund_fee ?? '0.00')
  const paidAt = fields.gmt_payment ? parseBeijingTime(fields.gmt_payment) : receivedAt
  if (amountFen === undefined || refundedFen === undefined || !paidAt) return undefined
  if (fields.trade_status === 'WAIT_BUYER_PAY') return { type: 'noMoney', why: 'waiting_for_buyer', amountFen }
  if (fields.trade_status === 'TRADE_CLOSED') return { type: 'noMoney', why: 'trade_closed', amountFen }
  // Alipay: a partial refund notifies TRADE_SUCCESS again. It is no second payment.
  if (refundedFen > 0 || fields.gmt_refund) return { type: 'noMoney', why: 'refund_notice', amountFen }
  const { out_trade_no: outTradeNo, trade_no: tradeNo, buyer_id: buyerId } = fields as Record<string, string>
  return { type: 'money', trade: { outTradeNo: outTradeNo!, tradeNo: tradeNo!, amountFen, paidAt, buyerId } }
}
