import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { parseBeijingTime } from './beijing-time.ts'
import { describe } from './call.ts'
import { fenFromYuan, yuanFromFen } from './money.ts'

/** A refund as Alipay is asked for it. */
export interface RefundRequest {
  readonly refundId: string
  readonly outTradeNo: string
  readonly amountFen: number
}

/** Alipay's answer to `alipay.trade.refund`. */
export type RefundAnswer =
  /** `fund_change=Y`: the money has moved. Code 10000 alone does not prove it. */
  | { readonly outcome: 'done' }
  /** It may have moved or not: no answer, an error, or code 10000 with `fund_change` N or missing. */
  | { readonly outcome: 'unclear'; readonly detail: string }
  /** It did not move for this try, and will not later either. */
  | { readonly outcome: 'refused'; readonly code: string }
  /** The seller's account at Alipay is empty: the refund succeeds once there is money. */
  | { readonly outcome: 'no_funds'; readonly code: string }

/** Alipay's answer to `alipay.trade.fastpay.refund.query`. */
export type RefundQueryAnswer =
  | { readonly outcome: 'done' }
  /** Not received, or failed. */
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'unclear'; readonly detail: string }

/**
 * Refusals that no later try changes: more than is left of the trade, no refund of it any more, the same number with
 * other facts. Whatever isn't listed may pass, or may have been done all the same.
 */
const permanentRefusals = new Set([
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.DISCORDANT_REPEAT_REQUEST',
  'ACQ.TRADE_NOT_EXIST',
  'ACQ.INVALID_PARAMETER',
  'ACQ.TRADE_NOT_ALLOW_REFUND',
])
const emptyAccount = 'ACQ.SELLER_BALANCE_NOT_ENOUGH'

/** `biz_content` of `alipay.trade.refund`. The number is always given, or Alipay would refund again on every retry. */
export function refundContent({ refundId, outTradeNo, amountFen }: RefundRequest): Record<string, string> {
  return { out_trade_no: outTradeNo, out_request_no: refundId, refund_amount: yuanFromFen(amountFen) }
}

/** `biz_content` of `alipay.trade.fastpay.refund.query`. */
export function refundQueryContent({ refundId, outTradeNo }: Omit<RefundRequest, 'amountFen'>): Record<string, string> {
  return { out_trade_no: outTradeNo, out_request_no: refundId }
}

/** Understands a verified reply to `alipay.trade.refund`. Code 10000 alone says nothing: `fund_change=Y` does. */
export function readRefund(reply: AlipaySdkCommonResult, { outTradeNo }: RefundRequest): RefundAnswer {
  const code = String(reply.sub_code ?? reply.code)
  if (reply.code === '40004' && code === emptyAccount) return { outcome: 'no_funds', code }
  if (reply.code === '40004' && permanentRefusals.has(code)) return { outcome: 'refused', code }
  if (reply.code !== '10000') return unclear(describe(reply))
  if (reply.out_trade_no !== outTradeNo) return unclear('it answers for another trade')
  return reply.fund_change === 'Y' ? { outcome: 'done' } : unclear(`fund_change is ${reply.fund_change ?? 'missing'}`)
}

/** Understands a verified reply to the refund query. Only `REFUND_SUCCESS` is success; no status is none received. */
export function readRefundQuery(
  reply: AlipaySdkCommonResult,
  { refundId, outTradeNo, amountFen }: RefundRequest,
): RefundQueryAnswer {
  if (reply.code !== '10000') {
    return reply.sub_code === 'ACQ.TRADE_NOT_EXIST' ? { outcome: 'absent' } : unclear(describe(reply))
  }
  const other =
    (reply.out_trade_no !== undefined && reply.out_trade_no !== outTradeNo) ||
    (reply.out_request_no !== undefined && reply.out_request_no !== refundId)
  if (other) return unclear('it answers for another refund')
  if (reply.refund_status === undefined) return { outcome: 'absent' }
  if (reply.refund_status !== 'REFUND_SUCCESS') return unclear(`its refund_status is ${reply.refund_status}`)
  const refundedFen = reply.refund_amount === undefined ? amountFen : fenFromYuan(String(reply.refund_amount))
  return refundedFen === amountFen ? { outcome: 'done' } : unclear(`it gave back ${reply.refund_amount}`)
}

/** A refund that Alipay has under a number which need not be ours. */
export type FoundRefund =
  | {
      readonly outcome: 'done'
      readonly amountFen: number
      readonly at: Date | undefined
      /** Of the trade; undefined where the answer does not say. */
      readonly totalFen: number | undefined
      readonly tradeNo: string | undefined
    }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'unclear'; readonly detail: string }

/** Understands a verified reply to the refund query about a refund whose amount is not known here. */
export function readFoundRefund(
  reply: AlipaySdkCommonResult,
  { requestNo, outTradeNo }: { requestNo: string; outTradeNo: string },
): FoundRefund {
  const amountFen = fenFromYuan(String(reply.refund_amount))
  const answer = readRefundQuery(reply, { refundId: requestNo, outTradeNo, amountFen: amountFen ?? 0 })
  if (answer.outcome !== 'done') return answer
  // The signature does not cover what was asked: a reply that does not name the refund may be about another.
  if (reply.out_trade_no !== outTradeNo || reply.out_request_no !== requestNo) {
    return unclear('it does not say which refund it is about')
  }
  if (!amountFen) return unclear(`its refund_amount is ${reply.refund_amount ?? 'missing'}`)
  return {
    outcome: 'done',
    amountFen,
    at: parseBeijingTime(String(reply.gmt_refund_pay).slice(0, 19)),
    totalFen: fenFromYuan(String(reply.total_amount)),
    tradeNo: typeof reply.trade_no === 'string' && reply.trade_no ? reply.trade_no : undefined,
  }
}

function unclear(detail: string): { outcome: 'unclear'; detail: string } {
  return { outcome: 'unclear', detail }
}
