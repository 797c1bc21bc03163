import type { KeyObject } from 'node:crypto'
import { faultPoint } from '@alipay-checkout/service-kit'
import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { Histogram, type Registry } from 'prom-client'
import type { Trade } from '../payment.ts'
import type { RefundAnswer, RefundQueryAnswer } from '../refund.ts'
import { beijingTime, parseBeijingTime } from './beijing-time.ts'
import { fenFromYuan } from './money.ts'
import { type RefundRequest, readRefund, readRefundQuery, refundContent, refundQueryContent } from './refunds.ts'
import { AlipaySdk } from './sdk.ts'

/** Nobody knows what became of a call: no answer, one that isn't Alipay's, or one that says so. Never a failure of the trade. */
export interface Unknown {
  readonly outcome: 'unknown'
  readonly why: 'timeout' | 'failed'
  /** For the log. */
  readonly detail: string
}

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
  query(outTradeNo: string): Promise<QueryAnswer>
  /** Closes an attempt that nobody has paid. Never throws. */
  close(outTradeNo: string): Promise<CloseAnswer>
  /** Gives money back: once per `refundId`, however often it is called. Never throws. */
  refund(request: RefundRequest): Promise<RefundAnswer>
  /** What became of a refund. Never throws. */
  queryRefund(request: RefundRequest): Promise<RefundQueryAnswer>
}

/** Calls Alipay through its SDK; each call ends within `timeoutMs`. */
export function createAlipayClient(options: {
  appId: string
  gateway: string
  privateKey: KeyObject
  alipayPublicKey: KeyObject
  timeoutMs: number
  registry: Registry
}): AlipayClient {
  const sdk = new AlipaySdk({
    appId: options.appId,
    gateway: options.gateway,
    // Bare base64 PKCS#8 loads whatever `keyType` says; a PEM whose header disagrees with it throws at the first call.
    privateKey: options.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    keyType: 'PKCS8',
    alipayPublicKey: options.alipayPublicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    timeout: options.timeoutMs,
    // Field names stay as Alipay writes them, in both directions.
    camelcase: false,
  })
  const duration = new Histogram({
    name: 'alipay_call_duration_seconds',
    help: 'How long calls to Alipay took, by method and outcome',
    labelNames: ['method', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [options.registry],
  })

  async function call<Answer extends { outcome: string }>(
    method: string,
    bizContent: Record<string, string>,
    understand: (reply: AlipaySdkCommonResult) => Answer,
  ): Promise<Answer | Unknown> {
    const stop = duration.startTimer({ method })
    const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<Unknown>()
    // The SDK's time-out neither covers connecting nor an answer that trickles in. A late answer is not looked at.
    const timer = setTimeout(giveUp, options.timeoutMs, noAnswer(options.timeoutMs))
    const answer = await Promise.race([exec(method, bizContent).then(understand).catch(unknownOutcome), tooLate])
    clearTimeout(timer)
    faultPoint('alipay.answered')
    stop({ outcome: answer.outcome })
    return answer
  }

  function exec(method: string, bizContent: Record<string, string>): Promise<AlipaySdkCommonResult> {
    return sdk.exec(
      method,
      // No `notifyUrl` at all: the SDK throws on an undefined one. The timestamp would be the process's time zone's.
      { timestamp: beijingTime(new Date()), bizContent },
      // Off by default, and then a tampered reply is believed. On, an unsigned error_response throws as well.
      { validateSign: true },
    )
  }

  return {
    query: outTradeNo =>
      call('alipay.trade.query', { out_trade_no: outTradeNo }, reply => readQuery(reply, outTradeNo)),
    close: outTradeNo =>
      call('alipay.trade.close', { out_trade_no: outTradeNo }, reply => readClose(reply, outTradeNo)),
    async refund(request) {
      const answer = await call('alipay.trade.refund', refundContent(request), reply => readRefund(reply, request))
      return answer.outcome === 'unknown' ? { outcome: 'unclear', detail: answer.detail } : answer
    },
    async queryRefund(request) {
      const content = refundQueryContent(request)
      const answer = await call('alipay.trade.fastpay.refund.query', content, reply => readRefundQuery(reply, request))
      return answer.outcome === 'unknown' ? { outcome: 'unclear', detail: answer.detail } : answer
    },
  }
}

/** Understands a verified reply to `alipay.trade.query`. A business failure does not throw: only code 10000 is success. */
export function readQuery(reply: AlipaySdkCommonResult, outTradeNo: string): QueryAnswer {
  if (reply.code !== '10000') {
    return reply.sub_code === 'ACQ.TRADE_NOT_EXIST' ? { outcome: 'no_trade' } : unknown(reply)
  }
  // The signature does not cover what was asked, so another trade's answer could be handed to us.
  if (reply.out_trade_no !== outTradeNo) return unknown(reply, 'it answers for another trade')
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
        return unknown(reply, 'its facts are not whole')
      const paidAt = parseBeijingTime(String(reply.send_pay_date)) ?? new Date()
      const buyerId = typeof reply.buyer_user_id === 'string' ? reply.buyer_user_id : undefined
      return { outcome: 'paid', trade: { outTradeNo, tradeNo, amountFen, paidAt, buyerId } }
    }
    default:
      return unknown(reply, `its trade_status is ${reply.trade_status}`)
  }
}

/** Understands a verified reply to `alipay.trade.close`. Which code a paid trade gives is not certain: those are `unclear`. */
export function readClose(reply: AlipaySdkCommonResult, outTradeNo: string): CloseAnswer {
  if (reply.code === '10000') {
    const other = reply.out_trade_no !== undefined && reply.out_trade_no !== outTradeNo
    return other ? unknown(reply, 'it answers for another trade') : { outcome: 'closed' }
  }
  if (reply.sub_code === 'ACQ.TRADE_NOT_EXIST') return { outcome: 'no_trade' }
  return { outcome: 'unclear', detail: `${reply.code} ${reply.sub_code ?? reply.msg}` }
}

function unknown(reply: AlipaySdkCommonResult, detail = `${reply.code} ${reply.sub_code ?? reply.msg}`): Unknown {
  return { outcome: 'unknown', why: 'failed', detail }
}

function noAnswer(timeoutMs: number): Unknown {
  return { outcome: 'unknown', why: 'timeout', detail: `no answer within ${timeoutMs} ms` }
}

/** A throw says nothing about the trade: Alipay may have done what we asked. */
function unknownOutcome(error: unknown): Unknown {
  const detail = error instanceof Error ? error.message.slice(0, 300) : String(error)
  return { outcome: 'unknown', why: isTimeout(error) ? 'timeout' : 'failed', detail }
}

function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (/timeout/i.test(`${cause.name} ${(cause as NodeJS.ErrnoException).code ?? ''}`)) return true
  }
  return false
}
