import { problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { closeTrade } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { findTrade } from './find-trade.ts'
import type { ServerContext } from './server-method.ts'

/** `alipay.trade.close`: closes an unpaid trade, which can no longer be paid. Sends no notify. */
export function tradeClose(biz: BizContent, { ledger, now }: ServerContext): ReplyFields {
  const found = findTrade(biz, ledger)
  if (!found.ok) return failure(found.problem)
  const decision = closeTrade(found.trade, now)
  if (decision.kind === 'refused') return failure(problemOf(decision.refusal))
  ledger.save(decision.trade)
  return success({ out_trade_no: decision.trade.outTradeNo, trade_no: decision.trade.tradeNo })
}
