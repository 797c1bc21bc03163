import type { Ledger } from '../ledger/ledger.ts'
import { business, type Problem, problemOf } from '../protocol/refusals.ts'
import type { Trade } from '../trade.ts'
import type { BizContent } from './biz-content.ts'

export type FoundTrade =
  | { readonly ok: true; readonly trade: Trade }
  | { readonly ok: false; readonly problem: Problem }

/** The trade a call names. Where both numbers are given, `trade_no` takes precedence. */
export function findTrade(biz: BizContent, ledger: Ledger): FoundTrade {
  const { trade_no: tradeNo, out_trade_no: outTradeNo } = biz
  if (!isNumberText(tradeNo) && !isNumberText(outTradeNo)) {
    return { ok: false, problem: business('INVALID_PARAMETER', '参数无效：out_trade_no 与 trade_no 不能同时为空') }
  }
  const trade = isNumberText(tradeNo) ? ledger.tradeByTradeNo(tradeNo) : ledger.trade(outTradeNo as string)
  return trade ? { ok: true, trade } : { ok: false, problem: problemOf('TRADE_NOT_EXIST') }
}

function isNumberText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
