import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { describe, type Unknown, unclearReply } from './call.ts'
import { type MethodMade, products, type TradeRequest, tradeContent } from './products.ts'

/** The buyer of a mini program: an open id, or the id that apps made before 2023 get. */
export type Buyer = { readonly buyerOpenId: string } | { readonly buyerId: string }

/** A payment that a call makes. */
export type OpenTradeRequest = TradeRequest & { readonly notifyUrl: string } & (
    | {
        readonly method: 'alipay_jsapi'
        readonly buyer: Buyer
        /** The mini program in which the buyer pays. */
        readonly miniAppId: string
      }
    | { readonly method: Exclude<MethodMade<'call'>, 'alipay_jsapi'> }
  )

export type OpenTradeAnswer =
  /** `content`: Alipay's number of the trade, or the text of the order code. */
  | { readonly outcome: 'opened'; readonly content: string }
  /** Alipay has a trade of this number that is paid, closed, another buyer's or has other parameters. */
  | { readonly outcome: 'has_another_trade'; readonly detail: string }
  /** The merchant has no contract for the product, or the mini program is not bound to it. */
  | { readonly outcome: 'not_contracted'; readonly detail: string }
  /** Alipay does not accept the buyer. */
  | { readonly outcome: 'wrong_buyer'; readonly detail: string }
  | Unknown

/** The `biz_content` of a payment that a call of the application `appId` makes. */
export function openTradeContent(request: OpenTradeRequest, appId: string): ReturnType<typeof tradeContent> {
  const content = tradeContent(products[request.method].productCode, request)
  if (request.method !== 'alipay_jsapi') return content
  const { buyer, miniAppId } = request
  // Alipay: an open id belongs to one application. It has another name where that is not the calling one.
  const openIdField = miniAppId === appId ? 'buyer_open_id' : 'op_buyer_open_id'
  const buyerField = 'buyerOpenId' in buyer ? { [openIdField]: buyer.buyerOpenId } : { buyer_id: buyer.buyerId }
  return { ...content, op_app_id: miniAppId, ...buyerField }
}

/** Alipay's codes differ between products and over time: some begin with `ACQ.`, some do not. */
const outcomes: Readonly<Record<string, 'has_another_trade' | 'not_contracted' | 'wrong_buyer'>> = {
  TRADE_BUYER_NOT_MATCH: 'has_another_trade',
  CONTEXT_INCONSISTENT: 'has_another_trade',
  TRADE_PAYINFO_INCONSISTENT: 'has_another_trade',
  TRADE_HAS_CLOSE: 'has_another_trade',
  TRADE_HAS_SUCCESS: 'has_another_trade',
  ACCESS_FORBIDDEN: 'not_contracted',
  PRODUCT_NOT_SUPPORT_IN_TINY_APP: 'not_contracted',
  'isv.insufficient-isv-permissions': 'not_contracted',
  BUYER_NOT_EXIST: 'wrong_buyer',
  OPEN_ID_NOT_TINY_APP: 'wrong_buyer',
  BUYER_SELLER_EQUAL: 'wrong_buyer',
  SELLER_BUYER_EQUAL: 'wrong_buyer',
}

/** What a code of Alipay says about opening a trade; undefined where it says nothing certain. */
export function outcomeOfCode(subCode: string | undefined) {
  return subCode === undefined ? undefined : outcomes[subCode.replace(/^ACQ\./, '')]
}

/** Reads a verified reply to `alipay.trade.create` or `alipay.trade.precreate`. */
export function readOpenedTrade(reply: AlipaySdkCommonResult, request: OpenTradeRequest): OpenTradeAnswer {
  if (reply.code !== '10000') {
    const outcome = outcomeOfCode(reply.sub_code)
    return outcome ? { outcome, detail: describe(reply) } : unclearReply(reply)
  }
  // The signature does not cover the request, so this could be the answer for another trade.
  if (reply.out_trade_no !== request.outTradeNo) return unclearReply(reply, 'it answers for another trade')
  const [content, shape] =
    request.method === 'alipay_jsapi' ? [reply.trade_no, /^[A-Za-z0-9]{1,64}$/] : [reply.qr_code, /^[!-~]{1,1024}$/]
  if (typeof content !== 'string' || !shape.test(content)) {
    return unclearReply(
      reply,
      request.method === 'alipay_jsapi' ? 'its trade number is missing' : 'its code is missing',
    )
  }
  return { outcome: 'opened', content }
}
