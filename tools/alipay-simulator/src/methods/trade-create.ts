import { newTradeNo } from '../new-trade-no.ts'
import { products } from '../products.ts'
import { business, type Problem, problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import type { App } from '../protocol/verify-request.ts'
import { type Buyer, openTrade } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { parsePaymentRequest } from './payment-request.ts'
import type { ServerContext } from './server-method.ts'

const OPEN_ID = /^[A-Za-z0-9_-]{1,128}$/
const BUYER_ID = /^2088\d{12}$/

/**
 * `alipay.trade.create`: the trade of a mini program's buyer, which exists at once and waits for its payment. The same
 * request again gets the same trade.
 */
export function tradeCreate(biz: BizContent, context: ServerContext): ReplyFields {
  const { app, ledger, now } = context
  if (biz.product_code !== products.jsapi.productCode) {
    return failure(business('PRODUCT_NOT_SUPPORT_IN_TINY_APP', '产品码不支持在小程序中使用'))
  }
  const parsed = parsePaymentRequest('jsapi', biz, context)
  if (!parsed.ok) return failure(parsed.problem)
  const buyer = buyerOf(biz, app)
  if ('subCode' in buyer) return failure(buyer)
  const { request } = parsed
  const decision = openTrade(
    ledger.trade(request.outTradeNo),
    request,
    context.withReportedIds(buyer),
    newTradeNo(ledger, now),
    now,
  )
  if (decision.kind === 'refused') return failure(problemOf(decision.refusal))
  if (decision.kind === 'changed') ledger.save(decision.trade)
  return success({ out_trade_no: request.outTradeNo, trade_no: decision.trade.tradeNo })
}

function buyerOf(biz: BizContent, app: App): Buyer | Problem {
  if (biz.op_app_id !== app.miniAppId) return business('OPEN_ID_NOT_TINY_APP', 'op_app_id 与小程序不匹配')
  // Alipay: `op_buyer_open_id` where the mini program is another app than the calling one.
  const { buyer_id: buyerId, op_buyer_open_id: opOpenId, buyer_open_id: openId = opOpenId } = biz
  if (typeof openId === 'string' && OPEN_ID.test(openId)) {
    return { buyerId: openId, logonId: 'ope***@sandbox.com', openId }
  }
  if (typeof buyerId !== 'string' || !BUYER_ID.test(buyerId)) {
    return business('INVALID_PARAMETER', '参数无效：buyer_open_id 与 buyer_id 不能同时为空')
  }
  if (buyerId === app.sellerId) return business('BUYER_SELLER_EQUAL', '买卖家不能相同')
  if (app.buyerIds === 'open') return business('BUYER_NOT_EXIST', '买家不存在，请使用 buyer_open_id')
  return { buyerId, logonId: '138****0000' }
}
