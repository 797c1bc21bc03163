import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { parseBeijingTime } from './beijing-time.ts'
import { type CallOptions, createCall, describe, type Unknown, unclearReply } from './call.ts'
import type { CallPriority } from './call-budget.ts'
import { fenFromYuan } from './money.ts'
import { type OpenTradeAnswer, type OpenTradeRequest, openTradeContent, readOpenedTrade } from './open-trade.ts'
import { products } from './products.ts'
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
  /** Alipay does not close it in its current state, which a query shows. */
  | { readonly outcome: 'unclear'; readonly detail: string }
  | Unknown

export interface AlipayClient {
  /**
   * Makes a payment in a mini program or an order code. Repeated with the same parameters, it gives the same trade or
   * another code for it. Never throws.
   */
  openTrade(request: OpenTradeRequest): Promise<OpenTradeAnswer>
  /** The state of an attempt at Alipay. Never throws. */
  query(outTradeNo: string, priority?: CallPriority): Promise<QueryAnswer>
  /** Whether a query of priority `request` would be made now. */
  hasRoom(): boolean
  /** Closes an unpaid attempt. Never throws. */
  close(outTradeNo: string, priority?: CallPriority): Promise<CloseAnswer>
  /** Refunds once per `refundId`, however often it is called. Never throws. */
  refund(request: RefundRequest): Promise<RefundAnswer>
  /** The state of a refund. Never throws. */
  queryRefund(request: RefundRequest): Promise<RefundQueryAnswer>
  /** The refund of a trade under any request number, ours or not. Never throws. */
  findRefund(request: { requestNo: string; outTradeNo: string }): Promise<FoundRefund>
}

/** Every call to Alipay about trades and refunds. */
export function createAlipayClient(options: CallOptions): AlipayClient {
  const call = createCall(options)
  return {
    openTrade(request) {
      const { method } = products[request.method]
      const bizContent = openTradeContent(request, options.appId)
      // Openings wait like scheduled queries, so that they take no budget from closing and refunds.
      return call({ method, bizContent, priority: 'sync', notifyUrl: request.notifyUrl }, reply =>
        readOpenedTrade(reply, request),
      )
    },
    query: (outTradeNo, priority = 'money') =>
      call({ method: 'alipay.trade.query', bizContent: { out_trade_no: outTradeNo }, priority }, reply =>
        readQuery(reply, outTradeNo),
      ),
    hasRoom: () => options.budget?.hasRoom() ?? true,
    close: (outTradeNo, priority = 'money') =>
      call({ method: 'alipay.trade.close', bizContent: { out_trade_no: outTradeNo }, priority }, reply =>
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

/** Reads a verified reply to `alipay.trade.query`. A business failure does not throw: only code 10000 is success. */
export function readQuery(reply: AlipaySdkCommonResult, outTradeNo: string): QueryAnswer {
  if (reply.code !== '10000') {
    return reply.sub_code === 'ACQ.TRADE_NOT_EXIST' ? { outcome: 'no_trade' } : unclearReply(reply)
  }
  // The signature does not cover the request, so this could be the answer for another trade.
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
        return unclearReply(reply, 'its amount or trade number is missing')
      const paidAt = parseBeijingTime(String(reply.send_pay_date)) ?? new Date()
      const buyerId = [reply.buyer_user_id, reply.buyer_open_id].find(id => typeof id === 'string' && id !== '')
      return { outcome: 'paid', trade: { outTradeNo, tradeNo, amountFen, paidAt, buyerId } }
    }
    default:
      return unclearReply(reply, `its trade_status is ${reply.trade_status}`)
  }
}

/** Reads a verified reply to `alipay.trade.close`. The code for a paid trade is not documented, so other codes are `unclear`. */
export function readClose(reply: AlipaySdkCommonResult, outTradeNo: string): CloseAnswer {
  if (reply.code === '10000') {
    const other = reply.out_trade_no !== undefined && reply.out_trade_no !== outTradeNo
    return other ? unclearReply(reply, 'it answers for another trade') : { outcome: 'closed' }
  }
  if (reply.sub_code === 'ACQ.TRADE_NOT_EXIST') return { outcome: 'no_trade' }
  return { outcome: 'unclear', detail: describe(reply) }
}
