/** Alipay's products that this gateway has, by the name in `--products`. */
export type Product = 'page' | 'wap' | 'app' | 'jsapi' | 'qr'

interface ProductTerms {
  readonly method: string
  readonly productCode: string
  /** The merchant signs the request and does not send it: the buyer's browser or app does. */
  readonly signedOnly: boolean
  /** Alipay notifies that an unpaid trade was closed or has expired, and that a paid one is finished. */
  readonly notifiesEnd: boolean
}

export const products: Readonly<Record<Product, ProductTerms>> = {
  page: {
    method: 'alipay.trade.page.pay',
    productCode: 'FAST_INSTANT_TRADE_PAY',
    signedOnly: true,
    notifiesEnd: false,
  },
  wap: { method: 'alipay.trade.wap.pay', productCode: 'QUICK_WAP_WAY', signedOnly: true, notifiesEnd: true },
  app: { method: 'alipay.trade.app.pay', productCode: 'QUICK_MSECURITY_PAY', signedOnly: true, notifiesEnd: true },
  jsapi: { method: 'alipay.trade.create', productCode: 'JSAPI_PAY', signedOnly: false, notifiesEnd: false },
  qr: { method: 'alipay.trade.precreate', productCode: 'QR_CODE_OFFLINE', signedOnly: false, notifiesEnd: false },
}

export const productNames = Object.keys(products) as readonly Product[]

/** The product of a method that the merchant only signs; undefined for every other method. */
export function signedProduct(method: string): Product | undefined {
  return productNames.find(name => products[name].signedOnly && products[name].method === method)
}

/** Whether the gateway answers the method with a page of the cashier. An app's payment is opened by Alipay's app. */
export function isPageMethod(method: string): boolean {
  return method === products.page.method || method === products.wap.method
}

/** The terms of a trade's product; page's for trades of ledgers that were written before there were others. */
export function termsOf({ productCode }: { readonly productCode: string }): ProductTerms {
  return Object.values(products).find(terms => terms.productCode === productCode) ?? products.page
}
