import { fromBeijing } from '../beijing-time.ts'
import { FEN_MAX, FEN_MIN, fenFromYuan } from '../money.ts'
import { isHttpUrl, isNotifyAllowed } from '../notify/allow-list.ts'
import { type Product, products } from '../products.ts'
import { business, escapeHtml, invalid, type Problem } from '../protocol/refusals.ts'
import type { App } from '../protocol/verify-request.ts'
import type { Parameters } from '../rsa.ts'
import type { Instalments, PaymentRequest } from '../trade.ts'
import { type BizContent, optionalText } from './biz-content.ts'

export type ParsedPaymentRequest =
  | { readonly ok: true; readonly request: PaymentRequest }
  | { readonly ok: false; readonly problem: Problem }

const OUT_TRADE_NO = /^\w{1,64}$/
const SUBJECT_MAX = 256
const BODY_MAX = 128
const PASSBACK_MAX = 512
const URL_MAX = 1024
const INSTALMENTS_FEN_MIN = 10_000
const DAY_MS = 24 * 60 * 60 * 1000
const TIMEOUT_DEFAULT_MS = 15 * DAY_MS
const PHONE_TIMEOUT_MS_MIN = 5 * 60_000
const TIMEOUT_UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 60 * 60 * 1000, d: DAY_MS }

/** What the requests of all products are read with. */
export interface ReadingOptions {
  /** All parameters of the verified request. */
  readonly parameters: Parameters
  readonly app: App
  /** Hosts that notifies may go to, beside loopback. */
  readonly notifyHosts: readonly string[]
  /** Ms since 1970. */
  readonly now: number
}

/**
 * Reads the `biz_content` of a verified request for a payment. Refuses, with the parameter's name, what Alipay would refuse, and a
 * notify_url that this simulator may not post to.
 */
export function parsePaymentRequest(
  product: Product,
  biz: BizContent,
  { app, notifyHosts, now, parameters }: ReadingOptions,
): ParsedPaymentRequest {
  if (!app.products.has(product)) return refuse(business('ACCESS_FORBIDDEN', '无权限使用接口：应用未签约该产品'))
  const wrong = wrongField(biz, product) ?? wrongAddress({ ...parameters, ...quitUrlOf(biz) })
  if (wrong) return refuse(business('INVALID_PARAMETER', `参数无效：${wrong}`))
  if (biz.seller_id !== undefined && biz.seller_id !== app.sellerId)
    return refuse(business('INVALID_PARAMETER', '参数无效：seller_id'))
  const expiry = expiryOf(product, biz, now)
  if (!expiry) return refuse(business('INVALID_PARAMETER', '参数无效：time_expire 或 timeout_express'))
  const instalments = instalmentsOf(biz)
  if (instalments === 'wrong') return refuse(business('INVALID_PARAMETER', '参数无效：extend_params'))
  const notifyUrl = parameters.notify_url
  if (notifyUrl && !isNotifyAllowed(notifyUrl, notifyHosts)) {
    return refuse(
      invalid(
        'notify-url',
        `模拟网关不向该地址发送通知，请加入允许列表 (not on the simulator's allow-list): ${escapeHtml(notifyUrl)}`,
        true,
      ),
    )
  }
  return {
    ok: true,
    request: {
      outTradeNo: biz.out_trade_no as string,
      appId: app.appId,
      sellerId: app.sellerId,
      totalFen: fenFromYuan(String(biz.total_amount))!,
      subject: biz.subject as string,
      productCode: products[product].productCode,
      expiry,
      ...optionalText('body', biz.body),
      ...optionalText('passbackParams', biz.passback_params),
      ...(instalments ? { instalments } : {}),
      ...optionalText('quitUrl', biz.quit_url),
      ...optionalText('notifyUrl', notifyUrl),
      ...optionalText('returnUrl', parameters.return_url),
    },
  }
}

/** The name of the first field that is missing or malformed. */
function wrongField(biz: BizContent, product: Product): string | undefined {
  const { out_trade_no: outTradeNo, total_amount: amount, subject } = biz
  if (typeof outTradeNo !== 'string' || !OUT_TRADE_NO.test(outTradeNo)) return 'out_trade_no'
  // SDKs send the amount as text or as a JSON number; Alipay accepts both.
  const fen = typeof amount === 'string' || typeof amount === 'number' ? fenFromYuan(String(amount)) : undefined
  if (fen === undefined || fen < FEN_MIN || fen > FEN_MAX) return 'total_amount'
  if (typeof subject !== 'string' || !subject || subject.length > SUBJECT_MAX || /[/=&]/.test(subject)) return 'subject'
  if (biz.product_code !== products[product].productCode) return 'product_code'
  if (!isTextUpTo(biz.body, BODY_MAX)) return 'body'
  if (!isTextUpTo(biz.passback_params, PASSBACK_MAX)) return 'passback_params'
  return undefined
}

function wrongAddress(parameters: Parameters): string | undefined {
  for (const name of ['return_url', 'notify_url', 'quit_url']) {
    const url = parameters[name]
    if (url && (url.length > URL_MAX || !isHttpUrl(url))) return name
  }
  return undefined
}

/** When the trade expires: `time_expire` takes precedence over `timeout_express`. The default is 15 days. */
function expiryOf(product: Product, biz: BizContent, now: number): PaymentRequest['expiry'] | undefined {
  if (biz.time_expire !== undefined) {
    const at = typeof biz.time_expire === 'string' ? fromBeijing(biz.time_expire) : undefined
    return at === undefined || at > now + TIMEOUT_DEFAULT_MS ? undefined : { at }
  }
  if (biz.timeout_express === undefined) return { afterMs: TIMEOUT_DEFAULT_MS }
  const match = /^([1-9]\d{0,5})([mhd])$/.exec(String(biz.timeout_express))
  const afterMs = match ? Number(match[1]) * TIMEOUT_UNIT_MS[match[2]!]! : Number.NaN
  if (!(afterMs <= TIMEOUT_DEFAULT_MS)) return undefined
  // Alipay: less than five minutes counts as five on phones.
  const isOnPhone = product === 'wap' || product === 'app'
  return { afterMs: isOnPhone ? Math.max(afterMs, PHONE_TIMEOUT_MS_MIN) : afterMs }
}

const quitUrlOf = ({ quit_url: url }: BizContent) => optionalText('quit_url', url)

/** 花呗分期 takes texts only, and amounts from 100 yuan. `wrong` where Alipay would refuse them. */
function instalmentsOf({ extend_params: given, total_amount: amount }: BizContent): Instalments | undefined | 'wrong' {
  if (given === undefined) return undefined
  const { hb_fq_num: number, hb_fq_seller_percent: percent } = Object(given) as Record<string, unknown>
  if (number === undefined && percent === undefined) return undefined
  const isKnown = ['3', '6', '12'].includes(number as string) && ['0', '100'].includes(percent as string)
  if (!isKnown || typeof number !== 'string' || typeof percent !== 'string') return 'wrong'
  if ((fenFromYuan(String(amount)) ?? 0) < INSTALMENTS_FEN_MIN) return 'wrong'
  return {
    number: Number(number) as Instalments['number'],
    sellerPercent: Number(percent) as Instalments['sellerPercent'],
  }
}

function isTextUpTo(value: unknown, charactersMax: number): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= charactersMax)
}

function refuse(problem: Problem): ParsedPaymentRequest {
  return { ok: false, problem }
}
