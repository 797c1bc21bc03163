import { sign as cryptoSign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { beijingTime } from './beijing-time.ts'
import { yuanFromFen } from './money.ts'
import { signingText } from './signing-text.ts'

const sign = promisify(cryptoSign)

export interface PagePayRequest {
  orderId: string
  outTradeNo: string
  amountFen: number
  timeExpire: Date
  /** Where Alipay sends the browser afterwards. */
  returnUrl: string
  now: Date
}

export interface PagePay {
  /** One signed URL of Alipay's cashier. */
  url(request: PagePayRequest): Promise<string>
  /** The same request as an HTML form that submits itself. */
  form(request: PagePayRequest): Promise<string>
}

/**
 * Makes signed `alipay.trade.page.pay` requests. Nothing goes over the network: the shopper's browser does.
 *
 * The SDK's pageExecute makes the same signature (a test holds them against each other), but parses the private key
 * for every one of them, on the main thread: about 1,000 a second. A KeyObject on the thread pool does several times that.
 */
export function createPagePay(options: {
  appId: string
  gateway: string
  notifyUrl: string
  privateKey: KeyObject
}): PagePay {
  async function parametersOf(request: PagePayRequest): Promise<Record<string, string>> {
    const parameters: Record<string, string> = {
      app_id: options.appId,
      // The SDK rewrites the keys of biz_content between camelCase and snake_case; here they go out as they are written.
      biz_content: JSON.stringify(bizContent(request)),
      charset: 'utf-8',
      method: 'alipay.trade.page.pay',
      notify_url: options.notifyUrl,
      return_url: request.returnUrl,
      sign_type: 'RSA2',
      // Alipay: Beijing time. The SDK takes the process's own.
      timestamp: beijingTime(request.now),
      version: '1.0',
    }
    const signature = await sign('RSA-SHA256', Buffer.from(signingText(parameters)), options.privateKey)
    return { ...parameters, sign: signature.toString('base64') }
  }

  return {
    async url(request) {
      return `${options.gateway}?${queryOf(await parametersOf(request))}`
    },
    async form(request) {
      const { biz_content: hidden, ...inAction } = await parametersOf(request)
      const id = `alipay-${request.outTradeNo}`
      return [
        `<form id="${id}" method="post" action="${escapeHtml(`${options.gateway}?${queryOf(inAction)}`)}">`,
        `<input type="hidden" name="biz_content" value="${escapeHtml(hidden as string)}">`,
        `</form><script>document.getElementById("${id}").submit()</script>`,
      ].join('')
    },
  }
}

function bizContent({ orderId, outTradeNo, amountFen, timeExpire }: PagePayRequest): Record<string, string> {
  return {
    out_trade_no: outTradeNo,
    product_code: 'FAST_INSTANT_TRADE_PAY',
    // Alipay: no `/`, `=` or `&` in it. An order id has none.
    subject: `订单支付: ${orderId}`,
    // Always given: a link that nobody has opened yet stays payable until then (15 days by default).
    time_expire: beijingTime(timeExpire),
    total_amount: yuanFromFen(amountFen),
  }
}

function queryOf(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}

/** The SDK escapes only `"`: a value with `&copy;` in it would change in the browser, and the signature break. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
