import { createStored, useStored } from './stored.ts'

export type Language = 'zh' | 'en'

export const language = createStored<Language>('qingshan.language', stored => {
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
})

/** Each text as [Chinese, English]; `{name}` is filled in. */
const texts = {
  shop: ['青山茶舍', 'Qingshan Tea'],
  slogan: ['山里来的茶，一片一片挑过。', 'Tea from the hills, picked leaf by leaf.'],
  products: ['商品', 'Shop'],
  myOrders: ['我的订单', 'My orders'],
  otherLanguage: ['EN', '中文'],
  switchLanguage: ['Switch to English', '切换到中文'],
  skip: ['跳到主要内容', 'Skip to content'],
  loading: ['正在加载…', 'Loading…'],
  retry: ['重试', 'Try again'],
  back: ['返回商品页', 'Back to the shop'],
  noProducts: ['还没有商品', 'No products yet'],
  noProductsHint: ['店主正在上架，请稍后再来。', 'The shopkeeper is still unpacking. Come back in a moment.'],
  add: ['加入购物车', 'Add to basket'],
  soldOut: ['已售罄', 'Sold out'],
  onlyLeft: ['仅剩 {count} 件', 'Only {count} left'],
  inStock: ['有货', 'In stock'],
  less: ['减少 {title}', 'One less of {title}'],
  more: ['增加 {title}', 'One more of {title}'],
  quantity: ['数量', 'Quantity'],
  basket: ['购物车', 'Basket'],
  basketEmpty: ['购物车是空的', 'Your basket is empty'],
  basketEmptyHint: ['挑一款喜欢的茶吧。', 'Pick a tea you like.'],
  seeBasket: ['去结算', 'To the basket'],
  items: ['{count} 件', '{count} items'],
  remove: ['移除', 'Remove'],
  total: ['合计', 'Total'],
  gone: ['已下架', 'No longer sold'],
  placeOrder: ['提交订单并支付', 'Order and pay'],
  placing: ['正在提交…', 'Placing your order…'],
  payHint: ['接下来将前往支付宝付款。', 'You pay at Alipay in the next step.'],
  shortage: [
    '“{title}”需要 {requested} 件，库存仅 {available} 件',
    '“{title}”: you asked for {requested}, there are {available}',
  ],
  outOfStock: ['库存不足，没有扣款，也没有占用库存。', 'Not enough stock. Nothing was charged and nothing was held.'],
  takeAvailable: ['按现有库存调整', 'Take what there is'],
  unknownSku: [
    '购物车里有商品已下架，请移除后再试。',
    'Something in your basket is no longer sold. Remove it and try again.',
  ],
  amountOutOfRange: [
    '订单金额超过单笔支付上限，请分开下单。',
    'This is more than one payment can carry. Order in parts.',
  ],
  tooMany: ['操作太频繁，请稍候再试。', 'That was a lot at once. Wait a moment and try again.'],
  signInAgain: ['登录已失效，请重新登录。', 'Your sign-in has ended. Sign in again.'],
  noAnswer: [
    '网络不通，请检查网络后重试。重试不会重复下单。',
    'No connection. Check it and try again; you will not order twice.',
  ],
  unavailable: [
    '系统暂时繁忙，请稍后再试。您的订单不会丢失。',
    'We are busy right now. Try again in a moment; no order is lost.',
  ],
  unexpected: ['出了点问题，请重试。', 'Something went wrong. Try again.'],
  signIn: ['登录', 'Sign in'],
  signInTitle: ['请先登录', 'Who is shopping?'],
  signInHint: [
    '演示商店：输入任意名字即可，同一个名字就是同一位顾客。',
    'This is a demo shop: any name will do, and the same name is the same customer.',
  ],
  signInOff: [
    '此商店未开启演示登录，请从您的商店登录。',
    'The demo sign-in is switched off here. Sign in at your shop.',
  ],
  name: ['名字', 'Your name'],
  signedInAs: ['当前顾客：{name}', 'Signed in as {name}'],
  signOut: ['退出', 'Sign out'],
  noOrders: ['还没有订单', 'No orders yet'],
  noOrdersHint: ['下单之后，订单会出现在这里。', 'What you order will show up here.'],
  moreOrders: ['加载更多', 'Show more'],
  order: ['订单', 'Order'],
  orderNumber: ['订单号', 'Order number'],
  placedAt: ['下单时间', 'Placed'],
  paidAt: ['付款时间', 'Paid'],
  timeLeft: ['请在 {time} 内完成付款', 'Pay within {time}'],
  pay: ['继续付款', 'Continue to pay'],
  showQr: ['手机扫码付款', 'Pay by QR code'],
  qrAlt: ['付款二维码', 'QR code to pay this order'],
  qrHint: ['用手机扫码打开付款页。', 'Scan it with your phone to open the payment page.'],
  cancel: ['取消订单', 'Cancel order'],
  cancelSure: ['确定要取消吗？', 'Really cancel this order?'],
  cancelYes: ['确定取消', 'Yes, cancel it'],
  cancelNo: ['先不取消', 'Keep it'],
  notPayable: ['该订单现在不能支付。', 'This order can not be paid now.'],
  notCancellable: ['该订单已不能取消。', 'This order can no longer be cancelled.'],
  alipayFailed: [
    '支付宝接口调用失败，订单仍可支付，请稍后重试。',
    'Alipay did not answer as it should. The order stays payable; try again.',
  ],
  orderMissing: ['没有找到这个订单', 'There is no such order'],
  orderMissingHint: ['它可能属于另一位顾客。', 'It may belong to another customer.'],
  statusOnly: ['登录后可以查看订单明细。', 'Sign in to see what was ordered.'],
  resultTitle: ['正在确认支付结果', 'Confirming your payment'],
  resultHint: ['通常只需几秒，请不要重复付款。', 'This takes a few seconds. Please do not pay twice.'],
  resultLate: [
    '支付结果未确认，请稍后查看订单列表或联系客服',
    'The payment is not confirmed yet. Look at your orders later, or contact us',
  ],
  resultFailed: ['支付未完成', 'The payment was not made'],
  resultFailedHint: ['订单已关闭。如果您已付款，请联系客服。', 'The order is closed. If you did pay, contact us.'],
  resultPaid: ['支付成功', 'Payment received'],
  resultPaidHint: ['正在打开订单…', 'Opening your order…'],
  linkInvalid: ['链接无效或已过期', 'This link is not valid, or has expired'],
  linkInvalidHint: [
    '链接只在 24 小时内有效。请登录后在订单列表中查看，付款结果不受影响。',
    'Links work for 24 hours. Sign in and look at your orders; your payment is not affected.',
  ],
  refresh: ['刷新', 'Refresh'],
  checking: ['正在查询…', 'Checking…'],
  stillTrying: ['暂时连不上，正在重试…', 'No connection right now, trying again…'],
  pageMissing: ['没有这个页面', 'There is no such page'],
  footer: ['演示商店 · 付款由支付宝处理', 'Demo shop · Payments by Alipay'],
  api: ['开发者文档', 'API docs'],
  RESERVING: ['正在确认库存', 'Confirming stock'],
  PENDING_PAYMENT: ['等待付款', 'Waiting for payment'],
  CLOSING: ['正在关闭', 'Closing'],
  PAID: ['已付款', 'Paid'],
  EXPIRED: ['已超时关闭', 'Expired'],
  CANCELLED: ['已取消', 'Cancelled'],
  REJECTED: ['缺货未成交', 'Not enough stock'],
  REINSTATING: ['款项已到，正在恢复订单', 'Money arrived, reviving'],
  REFUNDED: ['已退款', 'Refunded'],
  PENDING: ['处理中', 'In progress'],
  FAILED: ['未成交', 'Not completed'],
} as const satisfies Record<string, readonly [string, string]>

export type TextName = keyof typeof texts
export type Say = (name: TextName, values?: Record<string, string | number>) => string

/** Gives a text in a language. */
export function say(lang: Language, name: TextName, values: Record<string, string | number> = {}): string {
  const text: string = texts[name][lang === 'zh' ? 0 : 1]
  return text.replace(/\{(\w+)\}/g, (_match, key: string) => String(values[key] ?? ''))
}

/** Texts in the language that is chosen, drawn again when it changes. */
export function useTexts(): { t: Say; lang: Language } {
  const lang = useStored(language)
  return { lang, t: (name, values) => say(lang, name, values) }
}

/** What an order's state is called; a state that this page doesn't know yet goes by its shop status. */
export function statusName(orderStatus: string, status: 'PENDING' | 'PAID' | 'FAILED'): TextName {
  return Object.hasOwn(texts, orderStatus) ? (orderStatus as TextName) : status
}

export function formatTime(timestamp: string, lang: Language): string {
  return new Date(timestamp).toLocaleString(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}
