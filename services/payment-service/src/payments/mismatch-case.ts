import type { NewCase } from '../case-store/open-cases.ts'
import { outsideRefundCase } from '../refunds/outside-refund.ts'
import type { Payment, Rejected } from './payment.ts'
import type { AlipayResult, Judgement, WrongRecipient } from './record-alipay-result.ts'
import { orderIdOf } from './trade-number.ts'

const kinds: Record<Rejected | WrongRecipient, NewCase['kind']> = {
  amount_differs: 'amount_mismatch',
  another_app: 'app_mismatch',
  another_seller: 'seller_mismatch',
  unknown_order: 'unknown_order',
  attempt_has_another_trade: 'unknown_order',
}

const summaries: Record<Rejected | WrongRecipient, string> = {
  amount_differs: 'Alipay names another amount than the order has',
  another_app: 'Alipay signed a notify for another app',
  another_seller: 'Alipay signed a notify for another seller',
  unknown_order: 'Alipay names a trade for an order that we do not know',
  attempt_has_another_trade: 'Alipay names a second trade for a number that is paid already',
}

const askAlipay = { action: 'query_trade', why: 'Alipay can say again what became of the trade' } as const
const onlyNote = {
  action: 'none',
  why: 'the money is not ours to move; look at who is notified and at our settings',
} as const

/** The case that a word of Alipay's calls for when it can't be right: none or one. The same word again is the same case. Pure. */
export function caseAbout(word: AlipayResult, judgement: Judgement, payment: Payment | undefined): NewCase[] {
  const { outTradeNo, notify, input } = word
  if (payment && judgement.outcome !== 'rejected' && input?.type === 'refundNoticed' && input.origin === 'outside') {
    const { refund, trade } = input
    const about = { orderId: payment.orderId, outTradeNo, tradeNo: trade.tradeNo, ...refund }
    return [outsideRefundCase(about, refund.refundedFen, { paidFen: trade.amountFen, ...evidenceOf(notify) })]
  }
  if (judgement.outcome !== 'rejected') return []
  const trade = input?.type === 'moneyCame' ? input.trade : undefined
  // What we asked and made nothing of is no news of money; a signed notify always is.
  if (!notify && !trade) return []
  const kind = kinds[judgement.why]
  return [
    {
      key: `${kind}:${outTradeNo}:${trade?.tradeNo ?? notify?.notifyId}`,
      kind,
      orderId: payment?.orderId ?? orderIdOf(outTradeNo),
      outTradeNo,
      summary: `${summaries[judgement.why]}: ${outTradeNo}`,
      evidence: {
        verdict: judgement.why,
        ...(trade ? { trade } : {}),
        ...(payment ? { expectedFen: payment.amountFen } : {}),
        ...(notify ? evidenceOf(notify) : { source: input?.type === 'moneyCame' ? input.source : undefined }),
      },
      proposal: kind === 'app_mismatch' || kind === 'seller_mismatch' ? onlyNote : askAlipay,
    },
  ]
}

function evidenceOf(notify: AlipayResult['notify']): object {
  if (!notify) return {}
  const { notifyId, tradeStatus, body } = notify
  return { notify: { notifyId, tradeStatus, body } }
}
