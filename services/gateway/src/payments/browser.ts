/**
 * How a browser can pay: a `phone` at Alipay's cashier for phones, which opens the Alipay app; a `desk` at the one for
 * computers; `wechat` at neither, because WeChat blocks Alipay's addresses.
 */
export type Browser = 'wechat' | 'phone' | 'desk'

/** WeChat's own browser, also on computers and in WeCom. */
const wechat = /MicroMessenger\//i
/** Alipay's own browser: the cashier for phones opens in the app. Other apps of Alibaba name themselves AliApp(TB/…). */
const alipay = /AlipayClient|AliApp\(AP\//i
/**
 * Browsers of phones say `Mobile` (Android's without it are tablets and televisions), HarmonyOS and Windows `Phone`.
 * Opera's small browsers say neither.
 */
const phone = /\b(?:iPhone|iPod|Mobile|Phone|Opera Mini|Opera Mobi)\b/i
/** Tablets and computers that say `Mobile` as well. */
const notPhone = /\b(?:iPad|Tablet|2in1)\b|\(PC;/i

/**
 * The kind of browser that a `User-Agent` header names. A tablet counts as a desk: its screen has room for the page with
 * the code, and an iPad calls itself a Mac anyway. So does a program that names no browser.
 */
export function browserOf(userAgent: string | undefined): Browser {
  if (userAgent === undefined) return 'desk'
  if (wechat.test(userAgent)) return 'wechat'
  if (alipay.test(userAgent)) return 'phone'
  return phone.test(userAgent) && !notPhone.test(userAgent) ? 'phone' : 'desk'
}

/** What messengers and search engines read a link with, before or without a person who opens it. Cubot makes phones. */
const reader = /(?<!cu)bot\b|spider|crawler|preview|externalhit|\bwhatsapp\/|embedly|iframely/i

/** Whether a `User-Agent` header names a program that reads links for a preview or an index. */
export function isLinkReader(userAgent: string | undefined): boolean {
  return userAgent !== undefined && reader.test(userAgent)
}
