import { toBeijing } from '../beijing-time.ts'
import { buyerFields } from '../buyer-ids.ts'
import { yuanFromFen } from '../money.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { paidAtOf, type Trade } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { findTrade } from './find-trade.ts'
import type { ServerContext } from './server-method.ts'

/** `alipay.trade.query`: the status of a trade. A trade that no buyer has opened does not exist. */
export function tradeQuery(biz: BizContent, { ledger }: ServerContext): ReplyFields {
  const found = findTrade(biz, ledger)
  return found.ok ? success(queryFields(found.trade)) : failure(found.problem)
}

function queryFields(trade: Trade): ReplyFields {
  const paidAt = paidAtOf(trade)
  const total = yuanFromFen(trade.totalFen)
  const received = paidAt === undefined ? '0.00' : total
  return {
    buyer_logon_id: trade.buyer.logonId,
    buyer_pay_amount: received,
    ...buyerFields(trade.buyer, 'buyer_user_id'),
    buyer_user_type: 'PRIVATE',
    invoice_amount: received,
    out_trade_no: trade.outTradeNo,
    point_amount: '0.00',
    receipt_amount: received,
    ...(paidAt === undefined
      ? {}
      : { send_pay_date: toBeijing(paidAt), fund_bill_list: [{ amount: total, fund_channel: 'ALIPAYACCOUNT' }] }),
    subject: trade.subject,
    total_amount: total,
    trade_no: trade.tradeNo,
    trade_status: trade.state.status,
  }
}
