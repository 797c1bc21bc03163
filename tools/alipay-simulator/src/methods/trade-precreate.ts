import { randomBytes } from 'node:crypto'
import { business, problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { refusePayment, sameContext, sameInstalments } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { parsePaymentRequest } from './payment-request.ts'
import type { ServerContext } from './server-method.ts'

/** How long a code can be scanned at most, whatever the request says. */
export const CODE_MS_MAX = 2 * 60 * 60 * 1000

/**
 * `alipay.trade.precreate`: an order code (订单码). There is no trade before a buyer has scanned it. The same request
 * again gets the same code, or a new one where that has ended.
 */
export function tradePrecreate(biz: BizContent, context: ServerContext): ReplyFields {
  const { ledger, now, parameters } = context
  // Without a product code it is 当面付, which is contracted for shops with a counter.
  if (biz.product_code === undefined) return failure(business('ACCESS_FORBIDDEN', '无权限使用接口：应用未签约当面付'))
  const parsed = parsePaymentRequest('qr', parameters, context)
  if (!parsed.ok) return failure(parsed.problem)
  const { request } = parsed
  const refusal = refusePayment(ledger.trade(request.outTradeNo), request, now)
  if (refusal) return failure(problemOf(refusal))
  const known = ledger.codeOf(request.outTradeNo)
  if (known && !(sameContext(known.request, request) && sameInstalments(known.request, request))) {
    return failure(problemOf('CONTEXT_INCONSISTENT'))
  }
  const isUsable = known && now < known.madeAt + CODE_MS_MAX
  const qrCode = isUsable ? known.qrCode : `https://qr.alipay.com/bax${randomBytes(12).toString('hex')}`
  if (!isUsable) ledger.saveCode({ qrCode, request, madeAt: now })
  return success({ out_trade_no: request.outTradeNo, qr_code: qrCode })
}
