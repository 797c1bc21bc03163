import { toBeijing } from '../beijing-time.ts'
import { yuanFromFen } from '../money.ts'
import { business } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { findRefund } from '../refund.ts'
import type { BizContent } from './biz-content.ts'
import { findTrade } from './find-trade.ts'
import type { ServerContext } from './server-method.ts'

/**
 * `alipay.trade.fastpay.refund.query`: whether one refund succeeded. For an unknown number the reply is a success
 * without `refund_status`: the refund was not received, or failed.
 */
export function refundQuery(biz: BizContent, { ledger }: ServerContext): ReplyFields {
  const found = findTrade(biz, ledger)
  if (!found.ok) return failure(found.problem)
  const { out_request_no: requestNo } = biz
  if (typeof requestNo !== 'string' || requestNo === '')
    return failure(business('INVALID_PARAMETER', '参数无效：out_request_no'))
  const { trade } = found
  const refund = findRefund(trade, requestNo)
  if (!refund) return success({})
  return success({
    gmt_refund_pay: toBeijing(refund.at),
    out_request_no: refund.requestNo,
    out_trade_no: trade.outTradeNo,
    ...(refund.reason === undefined ? {} : { refund_reason: refund.reason }),
    refund_amount: yuanFromFen(refund.amountFen),
    refund_status: 'REFUND_SUCCESS',
    total_amount: yuanFromFen(trade.totalFen),
    trade_no: trade.tradeNo,
  })
}
