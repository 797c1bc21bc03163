import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { parseBeijingTime } from './beijing-time.ts'
import { type CallOptions, createCall, describe, type Unknown, unclearReply } from './call.ts'
import type { CallPriority } from './call-budget.ts'
import { fenFromYuan } from './money.ts'
import {
  type FoundRefund,
  type RefundAnswer,
  type RefundQueryAnswer,
  type RefundRequest,
  readFoundRefund,
  readRefund,
  readRefundQuery,
  refundContent,
  refundQueryContent,
} from './refunds.ts'
import type { Trade } from './trade.ts'

export type { Unknown } from './call.ts'

export type QueryAnswer =
  | { readonly outcome: 'paid'; readonly trade: Trade }
  | { readonly outcome: 'waiting' }
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'no_trade' }
  | Unknown

export type CloseAnswer =
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'no_trade' }
  /** Alipay won't close it in the state it is in: query it. */
  | { readonly outcome: 'unclear'; readonly detail: string }
  | Unknown

export interface AlipayClient {
  /** What Alipay knows of an attempt. Never throws. */
  query(outTradeNo: string, priority?: CallPriority): Promise<QueryAnswer>
  /** Whether a query of priority `request` would be made now. */
  hasRoom(): boolean
  /** Closes an attempt that nobody has paid. Never throws. */
  close(outTradeNo: string): Promise<CloseAnswer>
  /** Gives money back: once per `refundId`, however often it is called. Never throws. */
  refund(request: RefundRequest): Promise<RefundAnswer>
  /** What became of a refund. Never throws. */
  queryRefund(request: RefundRequest): Promise<RefundQueryAnswer>
  /** What Alipay knows of a refund of a trade under any number, ours or not. Never throws. */
  findRefund(request: { requestNo: string; outTradeNo: string }): Promise<FoundRefund>
}

/** Queries, closings and refunds at Alipay. */
export function createAlipayClient(options: CallOptions): AlipayClient {
  const call = createCall(options)
  return {
    query: (outTradeNo, priority = 'money') =>
      call({ method: 'alipay.trade.query', bizContent: { out_trade_no: outTradeNo }, priority }, reply =>
        readQuery(reply, outTradeNo),
      ),
    hasRoom: () => options.budget?.hasRoom() ?? true,
    close: outTradeNo =>
      call({ method: 'alipay.trade.close', bizContent: { out_trade_no: outTradeNo }, priority: 'money' }, reply =>
        readClose(reply, outTradeNo),
      ),
    async refund(request) {
      const bizContent = refundContent(request)
      const answer = await call({ method: 'alipay.trade.refund', bizContent, priority: 'money' }, reply =>
        readRefund(reply, request),
      )
      return answer.outcome === 'unknown' ? { outcome: 'unclear', detail: answer.detail } : answer
    },
    async queryRefund(request) {
      const bizContent = refundQueryContent(request)
      const answer = await call({ method: 'alipay.trade.fastpay.refund.query', bizContent, priority: 'money' }, reply =>
        readRefundQuery(reply, request),
      )
      return answer.outcome === 'unknown' ? { outcome: 'unclear', detail: answer.detail } : answer
    },
    async findRefund({ requestNo, outTradeNo }) {
      const bizContent = refundQueryContent({ refundId: requestNo, outTradeNo })
      const answer = await call({ method: 'alipay.trade.fastpay.refund.query', bizContent, priority: 'money' }, reply =>
        readFoundRefund(reply, { requestNo, outTradeNo }),
      )
      return answer.outcome === 'unknown' ? { outcome: 'unclear', detail: answer.detail } : answer
    },
  }
}

/** Understands a verified reply to `alipay.trade.query`. A business failure does not throw: only code 10000 is success. */
export function readQuery(reply: AlipaySdkCommonResult, outTradeNo: string): QueryAnswer {
  if (reply.code !== '10000') {
    return reply.sub_code === 'ACQ.TRADE_NOT_EXIST' ? { outcome: 'no_trade' } : unclearReply(reply)
  }
  // The signature does not cover what was asked, so another trade's answer could be handed to us.
  if (reply.out_trade_no !== outTradeNo) return unclearReply(reply, 'it answers for another trade')
  switch (reply.trade_status) {
    case 'WAIT_BUYER_PAY':
      return { outcome: 'waiting' }
    case 'TRADE_CLOSED':
      return { outcome: 'closed' }
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED': {
      const amountFen = fenFromYuan(String(reply.total_amount))
      const tradeNo = reply.trade_no
      if (amountFen === undefined || typeof tradeNo !== 'string' || !tradeNo)
        return unclearReply(reply, 'its facts are not whole')
      const paidAt = parseBeijingTime(String(reply.send_pay_date)) ?? new Date()
      const buyerId = typeof reply.buyer_user_id === 'string' ? reply.buyer_user_id : undefined
      return { outcome: 'paid', trade: { outTradeNo, tradeNo, amountFen, paidAt, buyerId } }
    }
    default:
      return unclearReply(reply, `its trade_status is ${reply.trade_status}`)
  }
}

/** Understands a verified reply to `alipay.trade.close`. Which code a paid trade gives is not certain: those are `unclear`. */
export function readClose(reply: AlipaySdkCommonResult, outTradeNo: string): CloseAnswer {
  if (reply.code === '10000') {
    const other = reply.out_trade_no !== undefined && reply.out_trade_no !== outTradeNo
    return other ? unclearReply(reply, 'it answers for another trade') : { outcome: 'closed' }
  }
  if (reply.sub_code === 'ACQ.TRADE_NOT_EXIST') return { outcome: 'no_trade' }
  return { outcome: 'unclear', detail: describe(reply) }
}
