import type { PaymentMethod } from '@alipay-checkout/contracts'
import type { NewCase } from '../case-store/open-cases.ts'
import type { AlipayResult, ResultDecision, WrongRecipient } from './alipay-result.ts'
import { outsideRefundCase } from './outside-refund-case.ts'
import { findAttempt, type Payment, type Rejected } from './payment.ts'
import { orderIdOf } from './trade-number.ts'

const kinds: Record<Rejected | WrongRecipient, NewCase['kind']> = {
  amount_differs: 'amount_mismatch',
  another_app: 'app_mismatch',
  another_seller: 'seller_mismatch',
  unknown_order: 'unknown_order',
  attempt_has_another_trade: 'unknown_order',
}

const summaries: Record<Rejected | WrongRecipient, string> = {
  amount_differs: 'Alipay reports another amount than the order has',
  another_app: 'Alipay signed a notify for another app',
  another_seller: 'Alipay signed a notify for another seller',
  unknown_order: 'Alipay reports a trade of an order that payment-service does not have',
  attempt_has_another_trade: 'Alipay reports a second trade for a number that is paid already',
}

const queryTrade = { action: 'query_trade', why: 'A query gives the current state of the trade at Alipay.' } as const
const onlyNote = {
  action: 'none',
  why:
    'The money belongs to another recipient. Check ALIPAY_APP_ID and ALIPAY_SELLER_ID, and which systems notify this ' +
    'address.',
} as const

/** The cases that an Alipay result calls for: none or one. The same result again gives the same case key. Pure. */
export function casesOfResult(result: AlipayResult, decision: ResultDecision, payment: Payment | undefined): NewCase[] {
  const { outTradeNo, notify, input } = result
  if (payment && decision.outcome !== 'rejected' && input?.type === 'refundNoticed' && input.origin === 'outside') {
    const { refund, trade } = input
    const outside = { orderId: payment.orderId, outTradeNo, tradeNo: trade.tradeNo, ...refund }
    const method = methodOfTrade(payment, outTradeNo)
    return [outsideRefundCase(outside, refund.refundedFen, { method, paidFen: trade.amountFen, ...evidenceOf(notify) })]
  }
  if (decision.outcome !== 'rejected') return []
  const trade = input?.type === 'paid' ? input.trade : undefined
  // An answer to a query that reports no payment needs no case; a signed notify always does.
  if (!notify && !trade) return []
  const kind = kinds[decision.reason]
  return [
    {
      key: `${kind}:${outTradeNo}:${trade?.tradeNo ?? notify?.notifyId}`,
      kind,
      orderId: payment?.orderId ?? orderIdOf(outTradeNo),
      outTradeNo,
      summary: `${summaries[decision.reason]}: ${outTradeNo}`,
      evidence: {
        result: decision.reason,
        method: methodOfTrade(payment, outTradeNo),
        ...(trade ? { trade } : {}),
        ...(payment ? { expectedFen: payment.amountFen } : {}),
        ...(notify ? evidenceOf(notify) : { source: input?.type === 'paid' ? input.source : undefined }),
      },
      proposal: kind === 'app_mismatch' || kind === 'seller_mismatch' ? onlyNote : queryTrade,
    },
  ]
}

function methodOfTrade(payment: Payment | undefined, outTradeNo: string): PaymentMethod | undefined {
  return payment && findAttempt(payment, outTradeNo)?.method
}

function evidenceOf(notify: AlipayResult['notify']): object {
  if (!notify) return {}
  const { notifyId, tradeStatus, body } = notify
  return { notify: { notifyId, tradeStatus, body } }
}
