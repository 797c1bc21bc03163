import { randomBytes } from 'node:crypto'
import type { OrderCode } from '../ledger/ledger.ts'
import { notPermitted, problemOf } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import { type PaymentRequest, refusePayment, sameContext, sameInstalments } from '../trade.ts'
import type { BizContent } from './biz-content.ts'
import { parsePaymentRequest } from './payment-request.ts'
import type { ServerContext } from './server-method.ts'

/** Alipay: a code dies after two hours, whatever the request says. */
const CODE_MS_MAX = 2 * 60 * 60 * 1000
const FACE_TO_FACE = 'FACE_TO_FACE_PAYMENT'

/**
 * `alipay.trade.precreate`: an order code (订单码). There is no trade before a buyer has scanned it. The same request
 * again gets the same code, or a new one where that has ended. While there is no trade, other terms get another code.
 */
export function tradePrecreate(biz: BizContent, context: ServerContext): ReplyFields {
  const { ledger, now } = context
  // Without a product code it is 当面付, which is contracted for shops with a counter.
  if (biz.product_code === undefined || biz.product_code === FACE_TO_FACE) return failure(notPermitted)
  const parsed = parsePaymentRequest('qr', biz, context)
  if (!parsed.ok) return failure(parsed.problem)
  const { expiry } = parsed.request
  // Alipay: timeout_express counts from this request.
  const at = 'at' in expiry ? expiry.at : now + expiry.afterMs
  const request = { ...parsed.request, expiry: { at } }
  const refusal = refusePayment(ledger.trade(request.outTradeNo), request, now)
  if (refusal) return failure(problemOf(refusal))
  const known = ledger.codeOf(request.outTradeNo)
  const isUsable = known !== undefined && isSame(known.request, parsed.request) && now < endOf(known)
  const qrCode = isUsable ? known.qrCode : `https://qr.alipay.com/bax${randomBytes(12).toString('hex')}`
  if (!isUsable) ledger.saveCode({ qrCode, request, madeAt: now })
  return success({ out_trade_no: request.outTradeNo, qr_code: qrCode })
}

/** When a code can no longer be scanned (ms since 1970). */
export function endOf({ request, madeAt }: OrderCode): number {
  const end = madeAt + CODE_MS_MAX
  return 'at' in request.expiry ? Math.min(end, request.expiry.at) : end
}

/** Whether a code serves a request too. A period is not compared: it ends with the code that it was sent for. */
function isSame(known: PaymentRequest, request: PaymentRequest): boolean {
  const sameExpiry = !('at' in request.expiry) || ('at' in known.expiry && known.expiry.at === request.expiry.at)
  return (
    sameContext(known, request) &&
    sameInstalments(known, request) &&
    sameExpiry &&
    known.notifyUrl === request.notifyUrl
  )
}
