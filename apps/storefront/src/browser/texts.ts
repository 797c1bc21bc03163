import { createStored, useStored } from './stored.ts'

export type Language = 'zh' | 'en'

export const language = createStored<Language>('qingshan.language', stored => {
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
})

/** Each text as [Chinese, English]; `{name}` is a placeholder. */
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
  noProductsHint: ['店主正在上架，请稍后再来。', 'Products will be added soon. Please come back later.'],
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
  seeBasket: ['去结算', 'View basket'],
  items: ['{count} 件', 'Items: {count}'],
  remove: ['移除', 'Remove'],
  total: ['合计', 'Total'],
  goods: ['商品金额', 'Goods'],
  feesLoading: ['正在计算运费和优惠…', 'Calculating shipping and discounts…'],
  feesFailed: [
    '暂时算不出运费和优惠，还不能下单。',
    'Shipping and discounts are not available right now, so you can not order yet.',
  ],
  feesAfterSignIn: ['登录后计算运费和优惠。', 'Shipping and discounts are calculated once you have signed in.'],
  shipTo: ['收货信息', 'Delivery'],
  recipientName: ['收货人', 'Recipient'],
  recipientPhone: ['手机号码', 'Phone'],
  province: ['省份', 'Province'],
  city: ['城市', 'City'],
  district: ['区县', 'District'],
  postalCode: ['邮编', 'Postcode'],
  street: ['详细地址', 'Street and number'],
  note: ['给店家留言', 'Note to the shop'],
  optional: ['（选填）', ' (optional)'],
  fieldMissing: ['请填写此项', 'Please fill in this field'],
  fieldTooLong: ['内容太长，请缩短', 'This is too long: please shorten it'],
  phoneWrong: ['请填写有效的电话号码', 'Please enter a phone number: digits, spaces and dashes'],
  postalCodeWrong: ['请填写有效的邮编', 'Please enter a valid postal code'],
  fieldRefused: ['店铺无法使用此内容，请修改', 'The shop can not use this: please change it'],
  remember: ['在此浏览器记住地址', 'Remember this address in this browser'],
  forget: ['清除已记住的地址', 'Forget the remembered address'],
  totalChanged: ['金额有变化，尚未下单', 'The total has changed. Nothing was ordered yet'],
  oldTotal: ['原金额', 'Before'],
  newTotal: ['新金额', 'Now'],
  fromTo: ['{what}：{before} → {after}', '{what}: {before} → {after}'],
  orderAtNewTotal: ['按 {amount} 下单', 'Order for {amount}'],
  backToBasket: ['返回购物车', 'Back to the basket'],
  quoteInvalid: [
    '运费和优惠无法确认，没有下单，请重试。',
    'Shipping and discounts could not be confirmed. Nothing was ordered: try again.',
  ],
  gone: ['已下架', 'No longer sold'],
  placeOrder: ['提交订单并支付', 'Order and pay'],
  placing: ['正在提交…', 'Placing your order…'],
  payHint: ['接下来将前往支付宝付款。', 'You pay with Alipay in the next step.'],
  shortage: [
    '“{title}”需要 {requested} 件，库存仅 {available} 件',
    '“{title}”: {requested} requested, {available} available',
  ],
  outOfStock: ['库存不足，没有扣款，也没有占用库存。', 'Not enough stock. Nothing was charged or reserved.'],
  takeAvailable: ['按现有库存调整', 'Use available stock'],
  unknownSku: [
    '购物车里有商品已下架，请移除后再试。',
    'A product in your basket is no longer sold. Remove it and try again.',
  ],
  notOnSale: [
    '购物车里有商品暂停销售，请移除后再试。',
    'A product in your basket is not on sale at the moment. Remove it and try again.',
  ],
  tooManyOpenOrders: [
    '您有太多未付款的订单，请先付款或取消其中一个。',
    'You have too many unpaid orders. Pay or cancel one of them first.',
  ],
  tooManyUnits: ['单个商品的数量超过每单上限。', 'The quantity of one product exceeds the limit for one order.'],
  productLimit: ['超过每人限购数量。', 'The quantity exceeds the limit for one customer.'],
  lineLimit: ['“{title}”限购 {max} 件', '“{title}”: {max} at most'],
  amountOutOfRange: [
    '订单金额超过单笔支付上限，请分开下单。',
    'The amount exceeds the limit for one payment. Split your order.',
  ],
  inFlight: [
    '正在确认上一次提交，请稍候再试。重试不会重复下单。',
    'Your last attempt is still being confirmed. Wait a moment and try again; you will not order twice.',
  ],
  tooMany: ['操作太频繁，请稍候再试。', 'Too many requests. Wait a moment and try again.'],
  signInAgain: ['登录已失效，请重新登录。', 'Your session has expired. Sign in again.'],
  noAnswer: [
    '网络不通，请检查网络后重试。重试不会重复下单。',
    'No connection. Check your network and try again; you will not order twice.',
  ],
  unavailable: [
    '系统暂时繁忙，请稍后再试。您的订单不会丢失。',
    'The shop is temporarily unavailable. Try again in a moment; no order is lost.',
  ],
  unexpected: ['请求失败，请重试。', 'The request failed. Try again.'],
  signIn: ['登录', 'Sign in'],
  signInTitle: ['请先登录', 'Please sign in'],
  signInHint: [
    '演示商店：输入任意名字即可，同一个名字就是同一位顾客。',
    'This is a demo shop: enter any name. The same name is the same customer.',
  ],
  signInOff: ['此商店未开启演示登录，请从您的商店登录。', 'The demo sign-in is disabled here. Sign in at your shop.'],
  name: ['名字', 'Your name'],
  signedInAs: ['当前顾客：{name}', 'Signed in as {name}'],
  signOut: ['退出', 'Sign out'],
  noOrders: ['还没有订单', 'No orders yet'],
  noOrdersHint: ['下单之后，订单会出现在这里。', 'Your orders will appear here.'],
  moreProducts: ['加载更多商品', 'Show more products'],
  moreOrders: ['加载更多', 'Show more'],
  order: ['订单', 'Order'],
  orderNumber: ['订单号', 'Order number'],
  reference: ['店铺单号', 'Shop’s reference'],
  shareOfDiscount: ['其中优惠 {amount}', 'Share of discounts: {amount}'],
  shareOfSurcharge: ['其中附加费 {amount}', 'Share of surcharges: {amount}'],
  parcels: ['包裹', 'Parcels'],
  parcel: ['包裹 {number}', 'Parcel {number}'],
  carrier: ['承运商', 'Carrier'],
  trackingNumber: ['运单号', 'Tracking number'],
  copy: ['复制', 'Copy'],
  copyTracking: ['复制运单号 {number}', 'Copy tracking number {number}'],
  copied: ['已复制', 'Copied'],
  copyFailed: ['请长按运单号复制', 'Press and hold the number to copy it'],
  contents: ['内含', 'Contents'],
  shippedAt: ['发货时间', 'Shipped'],
  deliveredAt: ['送达时间', 'Delivered'],
  UNFULFILLED: ['待发货', 'Not shipped yet'],
  PARTIALLY_SHIPPED: ['部分已发货', 'Partly shipped'],
  SHIPPED: ['已发货', 'Shipped'],
  DELIVERED: ['已送达', 'Delivered'],
  COMPLETED: ['已完成', 'Completed'],
  placedAt: ['下单时间', 'Placed'],
  paidAt: ['付款时间', 'Paid'],
  timeLeft: ['请在 {time} 内完成付款', 'Pay within {time}'],
  payment: ['付款', 'Payment'],
  toPay: ['应付金额', 'To pay'],
  pay: ['去支付宝付款', 'Pay with Alipay'],
  payOnPage: ['付款在支付宝页面完成，之后自动返回。', 'You pay on Alipay’s page and come back here afterwards.'],
  anotherPayer: ['换个支付宝账号付款', 'Pay from another account'],
  showCode: ['扫码付款', 'Pay by QR code'],
  codeLoading: ['正在获取付款码…', 'Getting the QR code…'],
  codeAlt: ['付款二维码', 'QR code to pay this order'],
  codeForAlipay: ['请用支付宝“扫一扫”付款', 'Scan with the Alipay app to pay'],
  codeOfLink: ['请用支付宝“扫一扫”或手机相机扫码付款', 'Scan with the Alipay app or your phone’s camera to pay'],
  codeWaits: ['付款后本页会自动更新。', 'This page is updated once you have paid.'],
  codeFailed: ['暂时无法获取付款码', 'The QR code is not available right now'],
  cancel: ['取消订单', 'Cancel order'],
  cancelSure: ['确定要取消吗？', 'Really cancel this order?'],
  cancelYes: ['确定取消', 'Yes, cancel it'],
  cancelNo: ['先不取消', 'Keep it'],
  notPayable: ['该订单现在不能支付。', 'This order can not be paid now.'],
  notCancellable: ['该订单已不能取消。', 'This order can no longer be cancelled.'],
  methodUnavailable: ['本店没有开通这种付款方式。', 'This shop does not offer this way to pay.'],
  paidHint: ['已收到付款，感谢您的购买！', 'Your payment was received. Thank you!'],
  alipayFailed: [
    '支付宝接口调用失败，订单仍可支付，请稍后重试。',
    'The call to Alipay failed. The order is still payable; try again.',
  ],
  orderMissing: ['没有找到这个订单', 'Order not found'],
  orderMissingHint: ['它可能属于另一位顾客。', 'It may belong to another customer.'],
  statusOnly: ['登录后可以查看订单明细。', 'Sign in to see the details of this order.'],
  resultTitle: ['正在确认支付结果', 'Confirming your payment'],
  resultHint: ['通常只需几秒，请不要重复付款。', 'This takes a few seconds. Please do not pay twice.'],
  resultLate: [
    '支付结果未确认，请稍后查看订单列表或联系客服',
    'The payment is not confirmed yet. Check your orders later, or contact us',
  ],
  resultFailed: ['订单已关闭', 'The order is closed'],
  resultReinstating: ['款项已收到，正在恢复订单', 'Payment received: restoring your order'],
  resultRefunded: ['订单已退款', 'The order was refunded'],
  resultPaid: ['支付成功', 'Payment received'],
  resultPaidHint: ['正在打开订单…', 'Opening your order…'],
  linkInvalid: ['链接无效或已过期', 'This link is not valid, or has expired'],
  linkInvalidHint: [
    '链接只在 24 小时内有效。请登录后在订单列表中查看，付款结果不受影响。',
    'Links are valid for 24 hours. Sign in and check your orders; your payment is not affected.',
  ],
  refresh: ['刷新', 'Refresh'],
  checking: ['正在查询…', 'Checking…'],
  stillTrying: ['暂时连不上，正在重试…', 'No connection right now, trying again…'],
  pageMissing: ['没有这个页面', 'Page not found'],
  footer: ['演示商店 · 付款由支付宝处理', 'Demo shop · Payments by Alipay'],
  api: ['开发者文档', 'API docs'],
  RESERVING: ['正在确认库存', 'Confirming stock'],
  PENDING_PAYMENT: ['等待付款', 'Waiting for payment'],
  CLOSING: ['正在关闭', 'Closing'],
  PAID: ['已付款', 'Paid'],
  EXPIRED: ['已超时关闭', 'Expired'],
  CANCELLED: ['已取消', 'Cancelled'],
  REJECTED: ['缺货未成交', 'Not enough stock'],
  REINSTATING: ['款项已到，恢复中', 'Paid late, restoring'],
  REFUNDED: ['已退款', 'Refunded'],
  closedHint: [
    '没有及时收到付款。如果您已付款，无需任何操作：有货时订单会自动恢复，否则款项会自动原路退回。',
    'No payment was received in time. If you did pay, you need do nothing: the order is restored if the goods are still in stock, otherwise your payment is refunded automatically.',
  ],
  reinstatingHint: [
    '您的付款在订单关闭后才到。我们正在重新为您留货：有货则订单继续有效，否则款项会自动原路退回。请不要再次付款。',
    'Your payment arrived after the order had closed. We are reserving the goods again: if they are still in stock your order is valid, otherwise your payment is refunded automatically. Please do not pay again.',
  ],
  refundedHint: [
    '订单的款项已原路退回您付款的支付宝账户，订单到此结束。如用银行卡付款，入账可能需要几个工作日。',
    'Your payment was refunded to the Alipay account that paid, and the order is closed. On a bank card the refund may take some working days to appear.',
  ],
  moneyNotes: ['款项说明', 'Payments and refunds'],
  late_payment_accepted: ['晚到的付款 {amount} 已接受', 'Late payment of {amount} accepted'],
  late_payment_accepted_long: [
    '您的付款 {amount} 在订单关闭后才到。商品还有货，我们已为您重新预留，订单有效，接下来照常发货。',
    'Your payment of {amount} arrived after the order had closed. The goods were still in stock and are reserved for you again: your order is valid and will be shipped as usual.',
  ],
  late_payment_returning: ['晚到的付款 {amount} 正在退回', 'Late payment of {amount} is being refunded'],
  late_payment_returning_long: [
    '您的付款 {amount} 在订单关闭后才到，而商品已经售完。款项正在自动原路退回，您无需操作，退回后这里会更新。',
    'Your payment of {amount} arrived after the order had closed, and the goods are sold out. It is being refunded automatically to your original payment method; you need do nothing, and this page will be updated.',
  ],
  late_payment_returned: ['晚到的付款 {amount} 已退回', 'Late payment of {amount} was refunded'],
  late_payment_returned_long: [
    '您的付款 {amount} 在订单关闭后才到，而商品已经售完，款项已原路退回。如用银行卡付款，入账可能需要几个工作日。需要的话请重新下单。',
    'Your payment of {amount} arrived after the order had closed, and the goods were sold out. It was refunded to your original payment method; on a bank card the refund may take some working days to appear. You are welcome to order again.',
  ],
  second_payment_returning: ['重复付款 {amount} 正在退回', 'Second payment of {amount} is being refunded'],
  second_payment_returning_long: [
    '这个订单被付了两次。订单只收一次钱，多付的 {amount} 正在自动原路退回，您无需操作，退回后这里会更新。',
    'This order was paid twice but is charged only once. The second payment of {amount} is being refunded automatically to your original payment method; you need do nothing, and this page will be updated.',
  ],
  second_payment_returned: ['重复付款 {amount} 已退回', 'Second payment of {amount} was refunded'],
  second_payment_returned_long: [
    '这个订单被付了两次，多付的 {amount} 已原路退回。如用银行卡付款，入账可能需要几个工作日。订单不受影响。',
    'This order was paid twice. The second payment of {amount} was refunded to your original payment method; on a bank card the refund may take some working days to appear. Your order is not affected.',
  ],
  refunded: ['已退款 {amount}', '{amount} refunded'],
  refunded_long: [
    '商家已退款 {amount}，款项已原路退回。如用银行卡付款，入账可能需要几个工作日。',
    'The shop refunded {amount} to your original payment method. On a bank card the refund may take some working days to appear.',
  ],
  refund_delayed: ['退款 {amount} 人工处理中', 'Refund of {amount} is being handled by our staff'],
  refund_delayed_long: [
    '{amount} 的退款没有自动完成，工作人员已收到并正在处理。这笔钱不会丢，您无需操作，处理完成后这里会更新。',
    'The refund of {amount} was not completed automatically. Our staff have been informed and are handling it. Your money is safe, you need do nothing, and this page will be updated.',
  ],
  PENDING: ['处理中', 'In progress'],
  FAILED: ['未成交', 'Not completed'],
} as const satisfies Record<string, readonly [string, string]>

export type TextName = keyof typeof texts
export type Say = (name: TextName, values?: Record<string, string | number>) => string

/** Returns a text in a language. */
export function say(lang: Language, name: TextName, values: Record<string, string | number> = {}): string {
  const text: string = texts[name][lang === 'zh' ? 0 : 1]
  return text.replace(/\{(\w+)\}/g, (_match, key: string) => String(values[key] ?? ''))
}

/** The texts in the selected language; renders the component again when it changes. */
export function useTexts(): { t: Say; lang: Language } {
  const lang = useStored(language)
  return { lang, t: (name, values) => say(lang, name, values) }
}

/** The name of an order's status; an `orderStatus` that this page does not know is shown as its `status`. */
export function statusName(orderStatus: string, status: 'PENDING' | 'PAID' | 'FAILED'): TextName {
  return hasText(orderStatus) ? (orderStatus as TextName) : status
}

/** Whether there is a text of this name. */
export function hasText(name: string): boolean {
  return Object.hasOwn(texts, name)
}

export function formatTime(timestamp: string, lang: Language): string {
  return new Date(timestamp).toLocaleString(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}
