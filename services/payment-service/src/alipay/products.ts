import type { Instalments, PaymentMethod } from '@alipay-checkout/contracts'
import { beijingTime } from './beijing-time.ts'
import { yuanFromFen } from './money.ts'

/** How a payment is made: signed here and sent by the shopper's browser or app, or by a call that answers at once. */
export type Making = 'signed page' | 'signed order string' | 'call'

/** One of Alipay's products. */
export interface Product {
  /** Alipay's API method. */
  readonly method: string
  readonly productCode: string
  readonly made: Making
  /** 花呗分期 can be offered with it. */
  readonly takesInstalments: boolean
}

/** Alipay's product for each of our methods. Closing, query, refund and bill are the same for all. */
export const products = {
  alipay_page: {
    method: 'alipay.trade.page.pay',
    productCode: 'FAST_INSTANT_TRADE_PAY',
    made: 'signed page',
    takesInstalments: true,
  },
  alipay_wap: {
    method: 'alipay.trade.wap.pay',
    productCode: 'QUICK_WAP_WAY',
    made: 'signed page',
    takesInstalments: true,
  },
  alipay_app: {
    method: 'alipay.trade.app.pay',
    productCode: 'QUICK_MSECURITY_PAY',
    made: 'signed order string',
    takesInstalments: true,
  },
  alipay_jsapi: {
    method: 'alipay.trade.create',
    productCode: 'JSAPI_PAY',
    made: 'call',
    takesInstalments: false,
  },
  // Without this code Alipay takes it for 当面付, whose contract forbids payments online.
  alipay_qr: {
    method: 'alipay.trade.precreate',
    productCode: 'QR_CODE_OFFLINE',
    made: 'call',
    takesInstalments: false,
  },
} as const satisfies Record<PaymentMethod, Product>

/** Methods whose payment is made in `Made` way. */
export type MethodMade<Made extends Making> = {
  [M in PaymentMethod]: (typeof products)[M]['made'] extends Made ? M : never
}[PaymentMethod]

export function isMade<Made extends Making>(method: PaymentMethod, made: Made): method is MethodMade<Made> {
  return products[method].made === made
}

/** What every payment of an attempt is made of. */
export interface TradeRequest {
  readonly orderId: string
  readonly outTradeNo: string
  readonly amountFen: number
  readonly timeExpire: Date
  readonly instalments?: Instalments | undefined
}

/** A `biz_content`: its values are texts, or objects of texts. */
export type BizContent = Record<string, string | Record<string, string>>

/** What the `biz_content` of every product has. */
export function tradeContent(productCode: string, request: TradeRequest): BizContent {
  const { orderId, outTradeNo, amountFen, timeExpire, instalments } = request
  return {
    ...(instalments ? { extend_params: instalmentParameters(instalments) } : {}),
    out_trade_no: outTradeNo,
    product_code: productCode,
    // Alipay forbids `/`, `=` and `&` here. An order id contains none of them.
    subject: `订单支付: ${orderId}`,
    // Without it, what no buyer has used stays payable for up to 15 days.
    time_expire: beijingTime(timeExpire),
    total_amount: yuanFromFen(amountFen),
  }
}

/** Alipay takes texts, and no other percentages. */
function instalmentParameters({ number, sellerPaysFee }: Instalments): Record<string, string> {
  return { hb_fq_num: String(number), hb_fq_seller_percent: sellerPaysFee ? '100' : '0' }
}
