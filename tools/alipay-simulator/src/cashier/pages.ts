import { toBeijing } from '../beijing-time.ts'
import { yuanFromFen } from '../money.ts'
import { products, termsOf } from '../products.ts'
import { escapeHtml, type Problem } from '../protocol/refusals.ts'
import type { PaymentRequest, Trade } from '../trade.ts'
import { buyers } from './cashier.ts'
import { page } from './page-frame.ts'

/** First step: the order, and the choice of the buyer. The trade does not exist yet. */
export function welcomePage(request: PaymentRequest, signedRequest: string): string {
  const accounts = buyers
    .map(({ buyerId, logonId }, index) => {
      const chosen = index === 0 ? ' checked' : ''
      return `<label><input type="radio" name="buyer" value="${buyerId}"${chosen}> ${escapeHtml(logonId)}</label>`
    })
    .join('')
  const expires = 'at' in request.expiry ? timeLeft(request.expiry.at) : ''
  return page(
    '收银台 · Cashier',
    `${summary(request.subject, request.totalFen, request.outTradeNo)}${expires}${instalmentLine(request)}
<form method="post" action="/cashier">${carried(signedRequest)}
<fieldset><legend>付款账户 <small>Account</small></legend>${accounts}</fieldset>
${loginButton(request)}${button('leave', '离开', 'Leave', 'plain')}
</form>`,
  )
}

/** Second step: the trade exists and waits for this buyer's payment. */
export function payPage(trade: Trade, signedRequest: string, now: number): string {
  return page(
    '确认付款 · Confirm payment',
    `${summary(trade.subject, trade.totalFen, trade.outTradeNo)}${timeLeft(trade.expiresAt, now)}${instalmentLine(trade)}
<p class="who">${escapeHtml(trade.buyer.logonId)}</p>
<form method="post" action="/cashier">${carried(signedRequest)}
<input type="hidden" name="buyer" value="${escapeHtml(trade.buyer.buyerId)}">
${button('pay', `确认付款 ¥${yuanFromFen(trade.totalFen)}`, 'Pay', 'main')}
${button('leave', '暂不付款，返回商家', 'Leave without paying', 'plain')}
${button('close', '取消交易', 'Cancel the trade', 'plain')}
</form>`,
  )
}

export function paidPage(trade: Trade): string {
  return page(
    '付款成功 · Paid',
    `${summary(trade.subject, trade.totalFen, trade.outTradeNo)}<p>付款成功。<br><small>Paid. You can close this page.</small></p>`,
  )
}

export function closedPage(request: PaymentRequest): string {
  return page(
    '交易已关闭 · Trade closed',
    `${summary(request.subject, request.totalFen, request.outTradeNo)}<p>交易已取消，未付款。<br><small>The trade is cancelled. Nothing was paid.</small></p>${backLink(request.quitUrl ?? request.returnUrl)}`,
  )
}

export function leftPage(): string {
  return page(
    '已离开 · Left',
    '<p>未付款，您可以关闭此页面。<br><small>Nothing was paid. You can close this page.</small></p>',
  )
}

/** Why the cashier cannot go on, with Alipay's code for the merchant's developer (also in `data-sub-code`). */
export function problemPage({ code, subCode, subMsg }: Problem): string {
  return page(
    '无法付款 · Cannot pay',
    `<div class="problem" data-code="${escapeHtml(code)}" data-sub-code="${escapeHtml(subCode)}">
<h1>无法付款 <small>This cannot be paid</small></h1>
<p>${subMsg}${english(subCode)}</p>
<p><code>${escapeHtml(code)} ${escapeHtml(subCode)}</code></p>
<p><small>请回到商家页面，核对订单后重新发起。 Go back to the shop, check your order and start again.</small></p></div>`,
  )
}

const ENGLISH: Readonly<Record<string, string>> = {
  'ACQ.TRADE_HAS_SUCCESS': 'This order has been paid already.',
  'ACQ.TRADE_HAS_CLOSE': 'This trade is closed and can no longer be paid.',
  'ACQ.TRADE_BUYER_NOT_MATCH': 'Another buyer has begun to pay this order.',
  'ACQ.TRADE_PAYINFO_INCONSISTENT': 'This trade began with other instalments.',
  'ACQ.ACCESS_FORBIDDEN': 'The merchant has no contract for this way to pay.',
  'ACQ.CONTEXT_INCONSISTENT': 'The order differs from the one this trade began with.',
  'isv.invalid-signature': 'The signature does not match; above is the text that was checked.',
}

function english(subCode: string): string {
  const text = ENGLISH[subCode]
  return text ? `<br><small>${text}</small>` : ''
}

function summary(subject: string, totalFen: number, outTradeNo: string): string {
  return `<h1 class="subject">${escapeHtml(subject)}</h1>
<p class="amount"><span>¥</span>${yuanFromFen(totalFen)}</p>
<p class="number"><small>商户订单号 Order</small> ${escapeHtml(outTradeNo)}</p>`
}

/** Counts down by script; without scripts the page shows the Beijing time. */
function timeLeft(expiresAt: number, now?: number): string {
  const late = now !== undefined && now >= expiresAt ? ' hidden' : ''
  return `<p class="time"${late}>请在 <time data-expires="${expiresAt}">${toBeijing(expiresAt)}</time> 前付款<br><small>Pay before this time (Beijing)</small><b data-left></b></p>`
}

/** On a phone nobody scans: the buyer logs in and confirms the order with one tap, which creates the trade. */
function loginButton(request: PaymentRequest): string {
  return termsOf(request) === products.wap
    ? button('login', '登录并确认订单', 'Log in and confirm', 'main')
    : button('login', '扫码或登录', 'Scan or log in', 'main')
}

function instalmentLine({ instalments }: PaymentRequest | Trade): string {
  if (!instalments) return ''
  const { number } = instalments
  return `<p class="who">花呗分期 ${number} 期 <small>${number} instalments</small></p>`
}

function carried(signedRequest: string): string {
  return `<input type="hidden" name="request" value="${escapeHtml(signedRequest)}">`
}

function button(action: string, zh: string, en: string, look: string): string {
  return `<button class="${look}" name="action" value="${action}">${zh} <small>${en}</small></button>`
}

function backLink(returnUrl: string | undefined): string {
  return returnUrl ? `<p><a href="${escapeHtml(returnUrl)}">返回商家 <small>Back to the shop</small></a></p>` : ''
}
