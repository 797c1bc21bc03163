import type { ProblemType } from '@alipay-checkout/contracts'
import { formatFen } from '../format/format.ts'
import { statusWords, wordFor } from '../i18n/words.ts'

/** What the type of a problem adds to its body. */
export type Members = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const fenOf = (value: unknown): string | undefined => (typeof value === 'number' ? formatFen(value) : undefined)
const orderWord = ({ orderStatus }: Members) => wordFor(statusWords.order.zh, textOf(orderStatus) ?? '')
const refundWord = ({ refundStatus }: Members) => wordFor(statusWords.refund.zh, textOf(refundStatus) ?? '')

interface Line {
  sku?: unknown
  requested?: unknown
  available?: unknown
  quantity?: unknown
}
const linesOf = (value: unknown): Line[] => (Array.isArray(value) ? value : [])
const named = (lines: unknown) =>
  linesOf(lines)
    .map(({ sku, quantity }) => `${sku} × ${quantity}`)
    .join('、')

const notRefundable: Readonly<Record<string, string>> = {
  not_paid: '订单尚未付款。',
  trade_not_paid: '所选交易不是该订单已付款的交易。',
  nothing_left: '已全部退款，或退款正在处理中。',
  costs_nothing: '所选商品分摊的金额为 0，没有可退金额。',
}
const notPayable: Readonly<Record<string, string>> = {
  paid: '订单已付款。',
  closing: '订单正在关闭，不能付款。',
  closed: '订单已关闭，不能付款。',
}

/** Problems in Chinese: what happened, and what to do. A function reads the members that its type adds. */
export const problemsInChinese: Readonly<Record<ProblemType, string | ((members: Members) => string)>> = {
  'invalid-request': '请求内容无效，请检查后重试。',
  'malformed-json': '请求内容不是有效的 JSON。',
  unauthenticated: '登录已失效，请重新登录。',
  forbidden: ({ roles }) =>
    Array.isArray(roles) && roles.length > 0
      ? `没有权限：需要以下角色之一：${roles.join('、')}。`
      : '没有权限进行此操作。请刷新页面，或换一个有权限的账号。',
  'invalid-return-signature': '返回链接无效或已过期。',
  'not-found': '地址或内容不存在。',
  'order-not-found': '没有该订单。',
  'product-not-found': '没有该商品，请先创建商品。',
  'method-not-allowed': '该地址不支持此操作。',
  'out-of-stock': ({ shortages }) => {
    const short = linesOf(shortages).map(({ sku, available }) => `${sku} 可售 ${available} 件`)
    return `库存不足，未下单。${short.length > 0 ? `${short.join('、')}。` : ''}`
  },
  'total-changed': ({ totalFen }) => `总价已变化${fenOf(totalFen) ? `，现为 ${fenOf(totalFen)}` : ''}，未下单。`,
  'reference-used': ({ orderId }) => `该顾客已有使用此商户单号的订单${textOf(orderId) ? `：${orderId}` : ''}。`,
  'order-not-shippable': members =>
    members.orderStatus === 'PAID'
      ? '该订单的包裹数已达上限，不能再发货。'
      : `只有已付款的订单可以发货，该订单为“${orderWord(members)}”。`,
  'shipment-exceeds-order': ({ left }) =>
    linesOf(left).length > 0
      ? `所填数量超过订单未发货的数量。还可发货：${named(left)}。`
      : '该订单的商品已全部发货或退款。',
  'shipment-not-found': '没有该包裹。',
  'order-not-payable': members => {
    const reason = notPayable[textOf(members.reason) ?? '']
    return reason ?? (members.orderStatus ? `订单为“${orderWord(members)}”，不能付款。` : '该订单不能付款。')
  },
  'order-not-cancellable': members =>
    members.orderStatus === 'PAID' || members.orderStatus === 'REFUNDED'
      ? '订单已付款，不能取消，请改为退款。'
      : '订单已关闭，不能再取消。',
  'order-not-refundable': ({ reason }) => notRefundable[textOf(reason) ?? ''] ?? '该订单没有可退的付款。',
  'refund-exceeds-balance': ({ refundableFen, shippingRefundableFen, sku, left }) => {
    if (shippingRefundableFen === 0) return '运费已退，请取消勾选“含运费”。'
    if (textOf(sku) && typeof left === 'number') return `${sku} 最多还可退 ${left} 件。`
    if (textOf(sku)) return `${sku} 的其他退款已占用此退款的部分金额，请为该商品重新申请退款。`
    if (refundableFen === 0) return '已全部退款，或退款正在处理中。'
    return fenOf(refundableFen) ? `最多还可退 ${fenOf(refundableFen)}。` : '退款超过可退金额。'
  },
  'case-not-found': '没有该差错。',
  'case-already-resolved': '该差错已处理，处理人见处理记录。',
  'refund-not-found': '没有该退款。',
  'refund-not-pending-approval': members => `退款为“${refundWord(members)}”，不在等待复核。`,
  'refund-not-failed': members => `退款为“${refundWord(members)}”，只有失败的退款可以重试。`,
  'refund-limit-exceeded': ({ limitFen }) =>
    `超过您角色的退款限额${fenOf(limitFen) ? `，该订单还可退 ${fenOf(limitFen)}` : ''}。请联系财务人员。`,
  'case-claimed': ({ claimedBy }) => `该差错正由 ${textOf(claimedBy) ?? '他人'} 处理，可先取消其认领。`,
  'dead-letter-not-found': '没有该死信。',
  'dead-letter-handled': ({ deadLetterStatus }) =>
    deadLetterStatus === 'WAITING'
      ? '该事件从未发布，没有消费方可以接收，不能重投。请由运维从发件箱重新发布，或丢弃。'
      : `该死信为“${wordFor(statusWords.deadLetter.zh, textOf(deadLetterStatus) ?? '')}”，未作更改。`,
  'reconciliation-not-found': '该日账单尚未对账。',
  'reconciliation-not-settled': ({ runStatus }) =>
    runStatus === 'DONE'
      ? '该日对账还有未处理的差异，请先处理对应的差错，或在差异消除后重新对账。'
      : `该日最近一次对账为“${wordFor(statusWords.run.zh, textOf(runStatus) ?? '')}”，完成后才能签核。`,
  'second-person-required': '您已申请或初审过此操作，须由另一人复核。',
  'notify-not-found': '没有保存该通知，或其内容已删除，不能重放。可改为向支付宝查询。',
  'insufficient-stock': ({ sku, available }) =>
    typeof available === 'number'
      ? `${sku} 仅 ${available} 件可售，其余已预留或售出，最多可减少 ${available} 件。`
      : '减少的数量超过可售数量。',
  'request-in-flight': '相同的请求仍在处理中，请稍后重试。',
  'body-too-large': '提交的内容过大。',
  'unsupported-media-type': '不支持该内容类型。',
  'too-many-open-orders': '该顾客未付款的订单过多。',
  'product-limit-reached': '数量超过每人限购。',
  'unknown-sku': ({ skus }) => `商品目录中没有：${Array.isArray(skus) ? skus.join('、') : '所选商品'}。`,
  'product-not-on-sale': ({ skus }) => `商品未在售：${Array.isArray(skus) ? skus.join('、') : '所选商品'}。`,
  'too-many-units': '数量超过单个订单的上限。',
  'amount-out-of-range': '总金额超过单笔付款的上限。',
  'quote-invalid': '报价无效，请重新获取报价。',
  'payment-method-unavailable': '该付款方式不可用。',
  'idempotency-key-reused': '此请求编号已用于另一次操作，请关闭窗口，核对后再操作。',
  'too-many-requests': '请求过于频繁，请稍后再试。',
  'internal-error': '系统内部错误，请重试：相同的请求只会生效一次。',
  'alipay-failed': '支付宝接口调用失败，请稍后重试。',
  'service-unavailable': '服务暂时不可用，请稍后重试。',
  'alipay-timeout': '支付宝没有及时响应，请稍后重试。',
}

/** Problems in English, for those whose body has no `detail`. */
export const problemsInEnglish: Readonly<Record<ProblemType, string>> = {
  'invalid-request': 'The request is not valid. Check it, and send it again.',
  'malformed-json': 'The request is not valid JSON.',
  unauthenticated: 'The sign-in has ended. Sign in again.',
  forbidden: 'Your roles do not permit this.',
  'invalid-return-signature': 'The return link is not valid or has expired.',
  'not-found': 'This does not exist.',
  'order-not-found': 'There is no such order.',
  'product-not-found': 'There is no such product.',
  'method-not-allowed': 'The address does not support this.',
  'out-of-stock': 'There is not enough stock.',
  'total-changed': 'The total has changed.',
  'reference-used': 'The customer has an order with this reference.',
  'order-not-shippable': 'Only a paid order can be shipped.',
  'shipment-exceeds-order': 'This is more than what is left of the order.',
  'shipment-not-found': 'There is no such parcel.',
  'order-not-payable': 'The order can not be paid.',
  'order-not-cancellable': 'The order can no longer be cancelled.',
  'order-not-refundable': 'The order has no refundable payment.',
  'refund-exceeds-balance': 'This is more than can be refunded.',
  'case-not-found': 'There is no such case.',
  'case-already-resolved': 'The case is resolved already.',
  'refund-not-found': 'There is no such refund.',
  'refund-not-pending-approval': 'The refund does not wait for an approval.',
  'refund-not-failed': 'Only a failed refund can be tried again.',
  'refund-limit-exceeded': 'This exceeds the limit of your role.',
  'case-claimed': 'Another person works on the case.',
  'dead-letter-not-found': 'There is no such dead letter.',
  'dead-letter-handled': 'The dead letter does not wait for a decision.',
  'reconciliation-not-found': 'The bill of this day has not been compared.',
  'reconciliation-not-settled': 'The comparison is not finished, or has unsettled differences.',
  'second-person-required': 'Another person has to approve this.',
  'notify-not-found': 'There is no such notify, or its text is deleted.',
  'insufficient-stock': 'This is more than the available units.',
  'request-in-flight': 'The same request is still in progress.',
  'body-too-large': 'The content is too large.',
  'unsupported-media-type': 'The content type is not supported.',
  'too-many-open-orders': 'The customer has too many unpaid orders.',
  'product-limit-reached': 'The quantity exceeds the limit per customer.',
  'unknown-sku': 'A product is not in the catalogue.',
  'product-not-on-sale': 'A product is not on sale.',
  'too-many-units': 'The quantity exceeds the limit per order.',
  'amount-out-of-range': 'The total exceeds the limit of one payment.',
  'quote-invalid': 'The quote is not valid.',
  'payment-method-unavailable': 'This way to pay is not available.',
  'idempotency-key-reused':
    'The request’s number was used for another action. Close the dialog, and check before you begin again.',
  'too-many-requests': 'There are too many requests. Try again in a moment.',
  'internal-error': 'An internal error. Send it again: it takes effect at most once.',
  'alipay-failed': 'The call to Alipay failed. Try again in a moment.',
  'service-unavailable': 'A service does not answer. Try again in a moment.',
  'alipay-timeout': 'Alipay did not answer in time. Try again in a moment.',
}
