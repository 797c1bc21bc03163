import { closedNotify, newNotifyId } from '../notify.ts'
import { problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { closeTrade } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { findTrade } from './find-trade.ts'
import type { ServerContext } from './server-method.ts'

/** `alipay.trade.close`: closes an unpaid trade, which can no longer be paid. Only some products notify it. */
export function tradeClose(biz: BizContent, { ledger, now, send, furtherFields }: ServerContext): ReplyFields {
  const found = findTrade(biz, ledger)
  if (!found.ok) return failure(found.problem)
  const decision = closeTrade(found.trade, now)
  if (decision.kind === 'refused') return failure(problemOf(decision.refusal))
  const notify = closedNotify(decision.trade, newNotifyId(now), now, furtherFields)
  ledger.save(decision.trade, notify)
  if (notify) send(notify)
  return success({ out_trade_no: decision.trade.outTradeNo, trade_no: decision.trade.tradeNo })
}
