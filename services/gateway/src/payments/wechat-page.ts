import { escapeHtml, type PageSite, plainPage } from '@alipay-checkout/storefront'

/**
 * The page that WeChat's browser shows in place of Alipay, which it blocks: how to open the payment link in the system's
 * browser. Without scripts the link can be selected; the button that copies it appears with its script.
 */
export function wechatPage(link: string, { stylesheet, copyLinkScript }: PageSite): string {
  const text = escapeHtml(link)
  const main = `<section class="notice outside" data-state="wechat">
<h1>请在浏览器中打开<small lang="en">Open this page in your browser</small></h1>
<p>微信里不能使用支付宝付款，您的订单已保留。</p>
<p lang="en">Alipay can not be opened inside WeChat. Your order is saved.</p>
<ol>
<li>点击右上角的菜单 <b>···</b><small lang="en">Tap the menu <b>···</b> at the top right</small></li>
<li>选择“<b>在浏览器打开</b>”<small lang="en">Choose “Open in browser”</small></li>
<li>在浏览器中用支付宝付款<small lang="en">Pay with Alipay there</small></li>
</ol>
<p>也可以复制链接，粘贴到手机浏览器中打开：<small lang="en">Or copy the link and paste it into your phone’s browser:</small></p>
<p><code class="copied-link" id="link">${text}</code></p>
<p class="actions"><button class="button primary" id="copy" type="button" hidden>复制链接 · Copy link</button>
<a class="button" href="/orders">我的订单 · My orders</a></p>
<p role="status" id="copied"></p>
</section>`
  return plainPage({ title: '支付 · Payment', main, stylesheet, script: copyLinkScript })
}
