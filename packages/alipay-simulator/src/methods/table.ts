import type { ReplyFields } from '../gateway/replies.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BizContent } from './biz-content.ts'
import { tradeClose } from './trade-close.ts'
import { tradeQuery } from './trade-query.ts'

/** A server call: changes the books if it must and gives the reply's fields. The gateway syncs, signs and sends. */
export type ServerMethod = (biz: BizContent, ledger: Ledger, now: number) => ReplyFields

export const PAGE_PAY = 'alipay.trade.page.pay'

/** Every server call this gateway knows. Page calls answer with a page and are routed by the gateway itself. */
export const serverMethods: ReadonlyMap<string, ServerMethod> = new Map([
  ['alipay.trade.query', tradeQuery],
  ['alipay.trade.close', tradeClose],
])

/** Whether there is such a method at all. */
export function knowsMethod(method: string): boolean {
  return method === PAGE_PAY || serverMethods.has(method)
}
