import type { OpenPayment } from '@alipay-checkout/contracts'
import { type Logger, Problem } from '@alipay-checkout/service-kit'
import { type Buyer, type OpenTradeAnswer, type OpenTradeRequest, outcomeOfCode } from '../alipay/open-trade.ts'
import type { PaymentSigner } from '../alipay/payment-signer.ts'
import { isMade, type TradeRequest } from '../alipay/products.ts'
import type { MethodSettings } from './check-method.ts'
import type { OpenableAttempt } from './opening.ts'
import { type AlipayAccess, closeForNextAttempt, noAnswerProblem } from './query-payment.ts'
import { syncEveryS } from './query-schedule.ts'
import { shareRecentCalls } from './share-recent-calls.ts'

/** Answers of calls remembered at a time. */
const recentCallsMax = 10_000

/** What a shopper is given, or the state at Alipay because of which this attempt cannot be used. */
export type MadePayment =
  | { readonly state: 'made'; readonly content: string }
  | { readonly state: 'paid' }
  | { readonly state: 'closed' }

export interface MakePaymentOptions extends AlipayAccess {
  signer: PaymentSigner
  methodSettings: MethodSettings
  logger: Logger
}

/**
 * Returns the function that makes what a shopper is given for an attempt, which must be stored as OPENED. Page, wap and
 * app are signed here. A mini program's trade and an order code are made by a call: Alipay answers its repetition with
 * the same trade, or with a code for the same, so the answer is not stored. Repetitions within seconds share an answer.
 * The function throws the problems `payment-method-unavailable`, `invalid-request`, `alipay-failed` and `alipay-timeout`.
 */
export function createPaymentMaker(
  options: MakePaymentOptions,
): (attempt: OpenableAttempt, request: OpenPayment) => Promise<MadePayment> {
  const { signer, methodSettings } = options
  const openOnce = shareRecentCalls({
    callsMax: recentCallsMax,
    keptForMs: syncEveryS * 1000,
    keyOf: (request: OpenTradeRequest) =>
      [request.outTradeNo, ...('buyer' in request ? Object.entries(request.buyer).flat() : [])].join(' '),
    call: request => openTrade(request, options),
  })

  return async (attempt, request) => {
    const { orderId, outTradeNo, amountFen, timeExpire, instalments } = attempt
    const trade: TradeRequest = { orderId, outTradeNo, amountFen, timeExpire, instalments }
    const { method, as, returnUrl, quitUrl } = request
    const now = new Date()
    if (isMade(method, 'signed page')) {
      return { state: 'made', content: await signer[as]({ ...trade, method, returnUrl, quitUrl, now }) }
    }
    if (isMade(method, 'signed order string')) {
      return { state: 'made', content: await signer.orderString({ ...trade, method, now }) }
    }
    const { notifyUrl, miniAppId = '' } = methodSettings
    return method === 'alipay_jsapi'
      ? openOnce({ ...trade, method, notifyUrl, miniAppId, buyer: buyerOf(request) })
      : openOnce({ ...trade, method, notifyUrl })
  }
}

function buyerOf({ buyerOpenId, buyerId = '' }: OpenPayment): Buyer {
  return buyerOpenId === undefined ? { buyerId } : { buyerOpenId }
}

async function openTrade(request: OpenTradeRequest, options: MakePaymentOptions): Promise<MadePayment> {
  const { outTradeNo, method } = request
  const answer = await options.alipay.openTrade(request)
  if (answer.outcome === 'opened') return { state: 'made', content: answer.content }
  if (answer.outcome === 'has_another_trade') {
    // Another buyer, other parameters, closed or paid: once the trade can take no money, the next attempt is used.
    const state = await closeForNextAttempt(outTradeNo, options, 'Alipay has another trade of this number')
    if (state !== 'no_trade') return { state }
  }
  const about = { outTradeNo, method, reason: answer.detail }
  const problem = problemOf(answer, request)
  if (problem.type === 'payment-method-unavailable') {
    options.logger.error(about, 'Alipay refused a payment, because its product is not contracted for the application')
  } else {
    options.logger.warn(about, 'Alipay did not open a payment')
  }
  throw problem
}

/** Why an attempt could not be opened at Alipay. It stays open here, because it is not certain that Alipay has no trade. */
function problemOf(answer: Exclude<OpenTradeAnswer, { outcome: 'opened' }>, request: OpenTradeRequest): Problem {
  const { outcome } = answer
  // An unverified refusal changes nothing here, and only tells the shopper to choose another method.
  const isRefused = outcome === 'unknown' && outcomeOfCode(answer.unverified?.subCode) === 'not_contracted'
  if (outcome === 'not_contracted' || isRefused) {
    return new Problem(
      'payment-method-unavailable',
      `Alipay does not offer ${request.method} to this shop. Choose another method.`,
    )
  }
  if (outcome === 'wrong_buyer') {
    const field = 'buyer' in request ? Object.keys(request.buyer).join() : 'The buyer'
    return new Problem('invalid-request', `${field} is not a buyer that Alipay accepts: ${answer.detail}.`)
  }
  return noAnswerProblem(outcome === 'unknown' ? answer : { reason: 'failed' })
}
