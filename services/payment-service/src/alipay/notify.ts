import { parseBeijingTime } from './beijing-time.ts'
import { fenFromYuan } from './money.ts'
import { storable } from './reply.ts'
import { signingText } from './signing-text.ts'
import type { NoMoney, NoticedRefund, Trade } from './trade.ts'
import type { SignatureVerifier } from './verifier.ts'

/** Largest body that is read as a notify, bytes. Real ones have one or two thousand. */
export const notifyBodyBytesMax = 64 * 1024

/** Why a body is refused. From `malformed_name` on, Alipay's signature is valid. */
export type NotifyRefusal =
  | 'duplicated_field'
  | 'not_signed'
  | 'wrong_sign_type'
  | 'bad_signature'
  | 'malformed_name'
  | 'ambiguous_field'
  | 'missing_field'
  | 'malformed_field'

/** A body that is refused. */
export interface NotifyRefused {
  readonly refused: NotifyRefusal
  /** The field at fault, where Alipay signed it or its name is one that is read. */
  readonly field?: string
  /** Present when Alipay signed it all the same: a case is opened then. */
  readonly signed?: { readonly notifyId?: string; readonly outTradeNo?: string; readonly body: string }
}

/** What a notify reports: a payment, or something that is no payment. */
export type NotifyContent =
  | { readonly type: 'paid'; readonly trade: Trade }
  | {
      readonly type: 'noMoney'
      readonly reason: NoMoney
      readonly amountFen: number
      /** Where money of the trade was refunded. */
      readonly refunded?: { readonly trade: Trade; readonly refund: NoticedRefund }
    }

/** A notify with Alipay's signature. Its recipient still has to be checked. */
export interface SignedNotify {
  readonly notifyId: string
  readonly appId: string
  readonly sellerId: string
  readonly outTradeNo: string
  readonly tradeStatus: string
  readonly content: NotifyContent
  /** The form as it came. */
  readonly body: string
}

/** Required fields, and the only formats in which they are accepted. */
const requiredShapes: Readonly<Record<string, RegExp>> = {
  notify_id: /^[A-Za-z0-9_-]{1,128}$/,
  app_id: /^\d{1,32}$/,
  seller_id: /^\d{1,32}$/,
  out_trade_no: /^[A-Za-z0-9_]{1,64}$/,
  trade_no: /^[A-Za-z0-9]{1,64}$/,
  trade_status: /^(WAIT_BUYER_PAY|TRADE_CLOSED|TRADE_SUCCESS|TRADE_FINISHED)$/,
  total_amount: /^\d{1,9}(\.\d{1,2})?$/,
}

const time = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/
const amount = /^\d{1,9}(\.\d{1,2})?$/

/** Optional fields that money depends on, and the only formats in which they are accepted. */
const optionalShapes: Readonly<Record<string, RegExp>> = {
  auth_app_id: /^\d{1,32}$/,
  refund_fee: amount,
  send_back_fee: amount,
  gmt_payment: time,
  gmt_refund: time,
  gmt_close: time,
  out_biz_no: /^[^&=\p{Cc}]{1,128}$/u,
}

const shapes = Object.entries({ ...requiredShapes, ...optionalShapes })
/** Fields that money depends on. */
const checkedNames = new Set(shapes.map(([name]) => name))
/** A name of Alipay's: it has letters, digits and underscores. One with `&` or `=` would change what was signed. */
const nameShape = /^[\w.-]{1,128}$/
const buyerShape = /^[\w.@*-]{1,128}$/

/**
 * Reads a notify's body. `receivedAt` stands in for a payment time that Alipay left out. Never throws.
 *
 * Alipay signs a notify over all fields but `sign` and `sign_type`, and adds fields with every product, so any name is
 * accepted. The SDK's checkNotifySignV2 throws on MD5 and on repeated fields, and accepts SHA-1; its V1 decodes values a
 * second time and throws on `%`. So every value must be a single string and `sign_type` exactly RSA2, before RSA-SHA256
 * is verified.
 */
export function readNotify(
  body: string,
  { verifier, receivedAt }: { verifier: SignatureVerifier; receivedAt: Date },
): SignedNotify | NotifyRefused {
  const { fields, repeated } = fieldsOf(body)
  if (repeated !== undefined) {
    return { refused: 'duplicated_field', ...(checkedNames.has(repeated) ? { field: repeated } : {}) }
  }
  if (!fields.sign) return { refused: 'not_signed', field: 'sign' }
  if (!fields.sign_type) return { refused: 'not_signed', field: 'sign_type' }
  if (fields.sign_type !== 'RSA2') return { refused: 'wrong_sign_type' }
  const text = signedTextOf(fields, body, verifier)
  if (text === undefined) return { refused: 'bad_signature' }
  const stored = storableBody(body)
  const wrong = wrongFieldOf(fields, text)
  const content = wrong ? undefined : contentOf(fields, receivedAt)
  if (!content) return { refused: 'malformed_field', ...wrong, signed: { ...idsOf(fields), body: stored } }
  return {
    notifyId: fields.notify_id as string,
    appId: fields.app_id as string,
    sellerId: fields.seller_id as string,
    outTradeNo: fields.out_trade_no as string,
    tradeStatus: fields.trade_status as string,
    content,
    body: stored,
  }
}

function fieldsOf(body: string): { fields: Record<string, string>; repeated?: string } {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body)) {
    if (name in fields) return { fields, repeated: name }
    fields[name] = value
  }
  return { fields }
}

/** The text that the signature covers; undefined where it does not verify. */
function signedTextOf(fields: Record<string, string>, body: string, verifier: SignatureVerifier): string | undefined {
  const signature = Buffer.from(fields.sign as string, 'base64')
  const text = signingText(fields, ['sign', 'sign_type'])
  if (verifier.verify(Buffer.from(text), signature)) return text
  // Alipay signs the bytes of the notify's charset. Requests ask for utf-8, but a notify in GBK has other bytes.
  if (!/^gb/i.test(fields.charset ?? '')) return undefined
  const bytes = Buffer.from(signingText(byteFieldsOf(body), ['sign', 'sign_type']), 'latin1')
  return verifier.verify(bytes, signature) ? bytes.toString('latin1') : undefined
}

/** The form's fields, with one character per byte. */
function byteFieldsOf(body: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  const decoded = (text: string) =>
    text
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  for (const pair of body.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    fields[decoded(at < 0 ? pair : pair.slice(0, at))] = at < 0 ? '' : decoded(pair.slice(at + 1))
  }
  return fields
}

const checkedNamesInText = new RegExp(`(?:^|&)(${[...checkedNames].join('|')})=`, 'g')

/** What is wrong with a signed notify's names and shapes; undefined where nothing is. */
function wrongFieldOf(
  fields: Record<string, string>,
  text: string,
): { refused: NotifyRefusal; field: string } | undefined {
  for (const name of Object.keys(fields)) {
    if (!nameShape.test(name)) return { refused: 'malformed_name', field: storable(name, 64) }
  }
  // The text `a=1&b=2` also is a field `a` with the value `1&b=2`, so fields of a signed notify can be split and joined
  // without breaking the signature. Each field that money depends on must appear in the signed text once, as itself.
  const counts = new Map<string, number>()
  for (const [, name = ''] of text.matchAll(checkedNamesInText)) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [name, shape] of shapes) {
    const value = fields[name]
    if ((counts.get(name) ?? 0) !== (value === undefined ? 0 : 1)) return { refused: 'ambiguous_field', field: name }
    if (value === undefined && name in requiredShapes) return { refused: 'missing_field', field: name }
    // An optional field may be sent without a value.
    if (value === '' && name in optionalShapes) continue
    if (value !== undefined && !shape.test(value)) return { refused: 'malformed_field', field: name }
  }
  return undefined
}

/** The ids for the case, where they have the right format. */
function idsOf({ notify_id: notifyId = '', out_trade_no: outTradeNo = '' }: Record<string, string>) {
  return {
    ...(requiredShapes.notify_id?.test(notifyId) ? { notifyId } : {}),
    ...(requiredShapes.out_trade_no?.test(outTradeNo) ? { outTradeNo } : {}),
  }
}

/** The same form, in characters that every text column takes. */
function storableBody(body: string): string {
  return body.toWellFormed().replaceAll('\0', '%00')
}

function contentOf(fields: Record<string, string>, receivedAt: Date): NotifyContent | undefined {
  const amountFen = fenFromYuan(fields.total_amount as string)
  const refundedFen = fenFromYuan(fields.refund_fee || '0.00')
  const paidAt = fields.gmt_payment ? timeOf(fields.gmt_payment) : receivedAt
  if (amountFen === undefined || refundedFen === undefined || !paidAt) return undefined
  if (fields.trade_status === 'WAIT_BUYER_PAY') return { type: 'noMoney', reason: 'waiting_for_buyer', amountFen }
  const { out_trade_no: outTradeNo, trade_no: tradeNo, buyer_id, buyer_open_id } = fields as Record<string, string>
  const buyerId = [buyer_id, buyer_open_id].find(id => id !== undefined && buyerShape.test(id))
  const trade = { outTradeNo: outTradeNo!, tradeNo: tradeNo!, amountFen, paidAt, buyerId }
  const isClosed = fields.trade_status === 'TRADE_CLOSED'
  // Alipay: a partial refund notifies TRADE_SUCCESS again. It is no second payment.
  if (refundedFen > 0 || fields.gmt_refund) {
    const refund = {
      requestNo: fields.out_biz_no || undefined,
      refundedFen: isClosed ? amountFen : refundedFen,
      at: timeOf(fields.gmt_refund ?? '') ?? receivedAt,
    }
    const reason = isClosed ? 'trade_closed' : 'refund_notice'
    return { type: 'noMoney', reason, amountFen, refunded: { trade, refund } }
  }
  if (isClosed) return { type: 'noMoney', reason: 'trade_closed', amountFen }
  return { type: 'paid', trade }
}

/** Alipay writes parts of a second in `gmt_refund`, and may elsewhere. */
function timeOf(text: string): Date | undefined {
  return parseBeijingTime(text.slice(0, 19))
}
