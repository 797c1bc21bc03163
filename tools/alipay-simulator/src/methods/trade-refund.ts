import { toBeijing } from '../beijing-time.ts'
import { buyerFields } from '../buyer-ids.ts'
import { FEN_MIN, fenFromYuan, yuanFromFen } from '../money.ts'
import { newNotifyId, refundNotify } from '../notify.ts'
import { business, problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { findRefund, type RefundRequest, refundedFen, refundTrade } from '../refund.ts'
import type { Refund, Trade } from '../trade.ts'
import { type BizContent, optionalText } from './biz-content.ts'
import { findTrade } from './find-trade.ts'
import type { ServerContext } from './server-method.ts'

const REQUEST_NO_MAX = 64

/**
 * `alipay.trade.refund`: refunds all or a part, once per `out_request_no`. A repeated request gets the same reply, but
 * with `fund_change` N, because no money moved this time. Sends a notify to the payment's notify_url.
 */
export function tradeRefund(biz: BizContent, context: ServerContext): ReplyFields {
  const found = findTrade(biz, context.ledger)
  if (!found.ok) return failure(found.problem)
  const request = refundRequest(biz)
  if (typeof request === 'string') return failure(business('INVALID_PARAMETER', `参数无效：${request}`))
  const known = findRefund(found.trade, request.requestNo)
  if (!known && context.refundFault === 'no_balance')
    return failure(business('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足'))
  if (!known && context.refundFault === 'nothing') return success(refundFields(found.trade, undefined))
  const decision = refundTrade(found.trade, request, context.refundGapMs, context.now)
  if (decision.kind === 'refused') return failure(problemOf(decision.refusal))
  const { trade, refund } = decision
  if (decision.kind === 'repeated') return success(refundFields(trade, undefined))
  const notify = refundNotify(trade, refund, newNotifyId(context.now), context.now, context.furtherFields())
  context.ledger.save(trade, notify)
  if (notify) context.send(notify)
  return success(refundFields(trade, context.refundFault === 'unclear' ? undefined : refund))
}

/** The name of the first invalid field, or the requested refund. */
function refundRequest(biz: BizContent): RefundRequest | string {
  const { refund_amount: amount, out_request_no: requestNo } = biz
  const fen = typeof amount === 'string' || typeof amount === 'number' ? fenFromYuan(String(amount)) : undefined
  if (fen === undefined || fen < FEN_MIN) return 'refund_amount'
  if (requestNo !== undefined && (typeof requestNo !== 'string' || requestNo.length > REQUEST_NO_MAX))
    return 'out_request_no'
  return { amountFen: fen, requestNo: requestNo || undefined, ...optionalText('reason', biz.refund_reason) }
}

/** `refund_fee` is all that was refunded so far. `moved` is the refund that this call made. */
function refundFields(trade: Trade, moved: Refund | undefined): ReplyFields {
  return {
    buyer_logon_id: trade.buyer.logonId,
    ...buyerFields(trade.buyer, 'buyer_user_id'),
    fund_change: moved ? 'Y' : 'N',
    ...(moved
      ? {
          gmt_refund_pay: toBeijing(moved.at),
          refund_detail_item_list: [{ amount: yuanFromFen(moved.amountFen), fund_channel: 'ALIPAYACCOUNT' }],
          send_back_fee: yuanFromFen(moved.amountFen),
        }
      : {}),
    out_trade_no: trade.outTradeNo,
    refund_fee: yuanFromFen(refundedFen(trade)),
    trade_no: trade.tradeNo,
  }
}
