import { yuanFromFen } from '../money.ts'
import type { Notify } from '../notify.ts'
import { termsOf } from '../products.ts'
import { refundedFen, refundsOf } from '../refund.ts'
import { paidAtOf, type Trade } from '../trade.ts'

/** A trade as the control API shows it: amounts in yuan as Alipay writes them, times in ISO 8601. */
export function tradeView(trade: Trade): object {
  const { state } = trade
  const paidAt = paidAtOf(trade)
  const refunds = refundsOf(trade)
  return {
    tradeNo: trade.tradeNo,
    outTradeNo: trade.outTradeNo,
    totalAmount: yuanFromFen(trade.totalFen),
    subject: trade.subject,
    productCode: trade.productCode,
    method: termsOf(trade).method,
    tradeStatus: state.status,
    buyerId: trade.buyer.buyerId,
    ...(trade.buyer.openId ? { buyerOpenId: trade.buyer.openId } : {}),
    ...(trade.instalments ? { instalments: trade.instalments } : {}),
    createdAt: iso(trade.createdAt),
    expiresAt: iso(trade.expiresAt),
    ...(paidAt === undefined ? {} : { paidAt: iso(paidAt) }),
    ...(state.status === 'TRADE_CLOSED' ? { closedAt: iso(state.closedAt), closedBecause: state.reason } : {}),
    ...(refunds.length === 0
      ? {}
      : {
          refundedAmount: yuanFromFen(refundedFen(trade)),
          refunds: refunds.map(refund => ({
            outRequestNo: refund.requestNo,
            amount: yuanFromFen(refund.amountFen),
            at: iso(refund.at),
            ...(refund.reason === undefined ? {} : { reason: refund.reason }),
          })),
        }),
  }
}

/** A trade as an audit compares it: amounts in integer fen, times in ISO 8601. */
export function ledgerView(trade: Trade): object {
  const paidAt = paidAtOf(trade)
  return {
    tradeNo: trade.tradeNo,
    outTradeNo: trade.outTradeNo,
    productCode: trade.productCode,
    method: termsOf(trade).method,
    tradeStatus: trade.state.status,
    totalFen: trade.totalFen,
    refundedFen: refundedFen(trade),
    createdAt: iso(trade.createdAt),
    ...(paidAt === undefined ? {} : { paidAt: iso(paidAt) }),
    refunds: refundsOf(trade).map(refund => ({
      outRequestNo: refund.requestNo,
      amountFen: refund.amountFen,
      at: iso(refund.at),
    })),
  }
}

/** A notify with every delivery and its response. */
export function notifyView(notify: Notify): object {
  return {
    notifyId: notify.notifyId,
    outTradeNo: notify.outTradeNo,
    tradeNo: notify.tradeNo,
    url: notify.url,
    fields: notify.fields,
    createdAt: iso(notify.createdAt),
    delivered: notify.attempts.some(attempt => attempt.outcome === 'delivered'),
    attempts: notify.attempts.map(attempt => ({ ...attempt, at: iso(attempt.at) })),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
