import { currentTrace, enterSpan, faultPoint, isTracing, recordSpan } from '@alipay-checkout/service-kit'
import type { AlipaySdkCommonResult } from 'alipay-sdk'
import type { Registry } from 'prom-client'
import type { CallBudget, CallPriority } from './call-budget.ts'
import { createCallMetrics } from './call-metrics.ts'
import type { AlipayKeys } from './keys.ts'
import type { BizContent } from './products.ts'
import { type AlipayReply, describeReply, quoteReply, readReply, storable } from './reply.ts'
import { AlipaySdk, UnverifiedReply } from './sdk.ts'

const detailCharactersMax = 500

/** The outcome of a call is unknown: no answer, an unverified one, or an unclear one. The call may have succeeded. */
export interface Unknown {
  readonly outcome: 'unknown'
  /** `over_budget`: no call was made. */
  readonly reason: 'timeout' | 'failed' | 'over_budget'
  /** For people: bounded and storable. Unverified quotes are marked as such. */
  readonly detail: string
  /** A reply without a valid signature. Quoted for people, never applied. */
  readonly unverified?: AlipayReply
}

/** What one call shows about the connection to Alipay. */
export interface AlipayContact {
  readonly method: string
  readonly outTradeNo: string
  /** `unverified`: a reply whose signature does not verify with any of Alipay's keys, or that has none. */
  readonly result: 'verified' | 'unverified' | 'no_reply'
  readonly reply?: AlipayReply | undefined
  readonly detail: string
}

export interface CallOptions {
  appId: string
  gateway: string
  keys: AlipayKeys
  timeoutMs: number
  registry: Registry
  /** Without one, every call is made at once. */
  budget?: CallBudget
  /** Called after every call that was made. Must not throw. */
  observe?: (contact: AlipayContact) => void
}

export interface CallRequest {
  method: string
  bizContent: BizContent
  priority: CallPriority
  /** Where Alipay sends the notifies of what the call makes. */
  notifyUrl?: string
}

/** Makes one call and returns what `read` makes of its verified reply. Never throws. */
export type Call = <Answer extends { outcome: string }>(
  request: CallRequest,
  read: (reply: AlipaySdkCommonResult) => Answer,
) => Promise<Answer | Unknown>

/** Calls Alipay through its SDK, within the budget; each call ends within `timeoutMs`. */
export function createCall(options: CallOptions): Call {
  const sdk = new AlipaySdk(options)
  const metrics = createCallMetrics(options)
  const observe = options.observe ?? (() => {})

  return async (request, read) => {
    const { method, bizContent, priority } = request
    if (options.budget && !(await options.budget.take(priority))) {
      metrics.skipped(priority)
      return {
        outcome: 'unknown',
        reason: 'over_budget',
        detail: 'not called: the budget for calls to Alipay is used up',
      }
    }
    const startedAtMs = performance.now()
    const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<Outcome<Unknown>>()
    // The SDK's time-out covers neither connecting nor a slow body. A late answer is ignored.
    const timer = setTimeout(giveUp, options.timeoutMs, noAnswer(options.timeoutMs))
    const { answer, contact } = await Promise.race([exec(request, read), tooLate])
    clearTimeout(timer)
    faultPoint('alipay.answered')
    observe({ method, outTradeNo: String(bizContent.out_trade_no ?? ''), ...contact })
    const durationMs = performance.now() - startedAtMs
    metrics.called(method, { contact, outcome: answer.outcome, seconds: durationMs / 1_000 })
    if (isTracing()) recordCall(method, String(bizContent.out_trade_no ?? ''), { answer, contact }, durationMs)
    return answer
  }

  async function exec<Answer extends { outcome: string }>(
    { method, bizContent, notifyUrl }: CallRequest,
    read: (reply: AlipaySdkCommonResult) => Answer,
  ): Promise<Outcome<Answer | Unknown>> {
    try {
      const reply = await sdk.call(method, bizContent, notifyUrl)
      const contact = { result: 'verified', reply: readReply(reply), detail: describe(reply) } as const
      return { answer: read(reply), contact }
    } catch (error) {
      return failed(error)
    }
  }
}

/** Records a call below the span that made it. Its content and its signature are not recorded. */
function recordCall(
  method: string,
  outTradeNo: string,
  { answer, contact }: Outcome<AnyAnswer>,
  durationMs: number,
): void {
  const { traceparent: parent, orderId } = currentTrace() ?? {}
  if (parent === undefined) return
  const { code, subCode } = contact.reply ?? {}
  recordSpan({
    name: method,
    kind: 'client',
    traceparent: enterSpan(parent),
    parent,
    links: [],
    durationMs,
    attributes: {
      'peer.service': 'alipay',
      'alipay.method': method,
      'alipay.code': code,
      'alipay.sub_code': subCode,
      'alipay.reply': contact.result,
      outcome: answer.outcome,
      out_trade_no: outTradeNo,
      order_id: orderId,
    },
    error: answer.outcome === 'unknown' ? `no clear answer: ${answer.reason ?? contact.result}` : undefined,
  })
}

type AnyAnswer = { readonly outcome: string; readonly reason?: string }

interface Outcome<Answer> {
  readonly answer: Answer
  readonly contact: Pick<AlipayContact, 'result' | 'reply' | 'detail'>
}

/** A verified reply that does not show the state of the trade. */
export function unclearReply(reply: AlipaySdkCommonResult, detail = describe(reply)): Unknown {
  return { outcome: 'unknown', reason: 'failed', detail }
}

/** A verified reply in one line. */
export function describe(reply: AlipaySdkCommonResult): string {
  const read = readReply(reply)
  return read ? describeReply(read) : 'a reply without a code'
}

function noAnswer(timeoutMs: number): Outcome<Unknown> {
  const detail = `no answer within ${timeoutMs} ms`
  return { answer: { outcome: 'unknown', reason: 'timeout', detail }, contact: { result: 'no_reply', detail } }
}

/** An exception shows nothing about the trade: Alipay may have executed the call. */
function failed(error: unknown): Outcome<Unknown> {
  const { message = String(error), responseDataRaw } = error as Partial<Error> & { responseDataRaw?: unknown }
  const isUnverified = error instanceof UnverifiedReply
  const unverified = isUnverified ? error.reply : quoteReply(responseDataRaw)
  const quoted = unverified && !isUnverified ? `${message}; unverified: ${describeReply(unverified)}` : message
  const detail = storable(quoted, detailCharactersMax)
  return {
    answer: {
      outcome: 'unknown',
      reason: isTimeout(error) ? 'timeout' : 'failed',
      detail,
      ...(unverified ? { unverified } : {}),
    },
    contact: { result: isUnverified ? 'unverified' : 'no_reply', reply: unverified, detail },
  }
}

function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (/timeout/i.test(`${cause.name} ${(cause as NodeJS.ErrnoException).code ?? ''}`)) return true
  }
  return false
}
