import type { RefundRefusal } from '../refund.ts'
import type { Refusal } from '../trade.ts'

/** A refusal in Alipay's own codes. */
export interface Problem {
  readonly code: '20000' | '40001' | '40002' | '40004' | '40006'
  readonly msg: string
  readonly subCode: string
  /** Safe in HTML: quoted text is escaped, as Alipay does. */
  readonly subMsg: string
  /** Alipay signs a reply only when the application is known. */
  readonly signed: boolean
}

/** 40001: a required parameter is missing. `name` is the code's ending, e.g. `app-id`. */
export function missing(name: string, parameter: string): Problem {
  return {
    code: '40001',
    msg: 'Missing Required Arguments',
    subCode: `isv.missing-${name}`,
    subMsg: `缺少必需的参数 ${parameter}`,
    signed: false,
  }
}

/** 40002 for a parameter that was sent twice. */
export function duplicated(parameter: string): Problem {
  return invalid('parameter', `参数重复：${escapeHtml(parameter)}`)
}

/** 40002: a parameter is invalid. */
export function invalid(name: string, subMsg: string, signed = false): Problem {
  return { code: '40002', msg: 'Invalid Arguments', subCode: `isv.invalid-${name}`, subMsg, signed }
}

/** 40002 isv.invalid-signature, quoting (HTML-escaped, as Alipay does) the text that was checked. */
export function invalidSignature(text: string): Problem {
  return invalid(
    'signature',
    `验签出错，请核对签名字符串、应用私钥与公钥，网关生成的验签字符串为：${escapeHtml(text)}`,
    true,
  )
}

/** 40004: the request is valid, but the trade's state does not allow it. */
export function business(subCode: string, subMsg: string): Problem {
  return { code: '40004', msg: 'Business Failed', subCode: `ACQ.${subCode}`, subMsg, signed: true }
}

/** 40006: the app may not call this, for want of a contract. */
export const notPermitted: Problem = {
  code: '40006',
  msg: 'Insufficient Permissions',
  subCode: 'isv.insufficient-isv-permissions',
  subMsg: 'ISV权限不足，请检查对应产品是否已签约',
  signed: true,
}

type Named = Exclude<Refusal | RefundRefusal, 'LINK_EXPIRED' | 'TOO_SOON'>

const REFUSAL_TEXT: Record<Named, string> = {
  TRADE_NOT_EXIST: '交易不存在',
  TRADE_HAS_SUCCESS: '交易已被支付',
  TRADE_HAS_CLOSE: '交易已经关闭',
  TRADE_BUYER_NOT_MATCH: '交易买家不匹配',
  TRADE_STATUS_ERROR: '交易状态不合法',
  CONTEXT_INCONSISTENT: '交易信息被篡改',
  TRADE_PAYINFO_INCONSISTENT: '支付信息不一致',
  TRADE_HAS_FINISHED: '交易已完结',
  REFUND_AMT_NOT_EQUAL_TOTAL: '退款金额与订单金额不一致',
  REASON_TRADE_REFUND_FEE_ERR: '退款金额无效',
  DISCORDANT_REPEAT_REQUEST: '请求信息不一致',
}

/** Alipay's reply for a refusal by trade.ts or refund.ts. */
export function problemOf(refusal: Refusal | RefundRefusal): Problem {
  if (refusal === 'LINK_EXPIRED') return business('INVALID_PARAMETER', '参数无效：time_expire 已过，链接已失效')
  // Alipay requires a pause between two refunds and documents no code for a request without one.
  if (refusal === 'TOO_SOON') return business('SYSTEM_ERROR', '系统错误：同一交易两次退款间隔过短，请稍后重试')
  return business(refusal, REFUSAL_TEXT[refusal])
}

/** Escapes text for HTML and attribute values. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
