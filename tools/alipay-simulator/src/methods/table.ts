import { products, signedProduct } from '../products.ts'
import { billUrl } from './bill-url.ts'
import { certificateDownload } from './certificate-download.ts'
import { refundQuery } from './refund-query.ts'
import type { ServerMethod } from './server-method.ts'
import { tradeClose } from './trade-close.ts'
import { tradeCreate } from './trade-create.ts'
import { tradePrecreate } from './trade-precreate.ts'
import { tradeQuery } from './trade-query.ts'
import { tradeRefund } from './trade-refund.ts'

/** Every server call of this gateway. Page calls are answered with a page, by the gateway's own routes. */
export const serverMethods: ReadonlyMap<string, ServerMethod> = new Map<string, ServerMethod>([
  [products.jsapi.method, tradeCreate],
  [products.qr.method, tradePrecreate],
  ['alipay.trade.query', tradeQuery],
  ['alipay.trade.close', tradeClose],
  ['alipay.trade.refund', tradeRefund],
  ['alipay.trade.fastpay.refund.query', refundQuery],
  ['alipay.data.dataservice.bill.downloadurl.query', billUrl],
  ['alipay.open.app.alipaycert.download', certificateDownload],
])

/** Whether the method exists. */
export function knowsMethod(method: string): boolean {
  return signedProduct(method) !== undefined || serverMethods.has(method)
}
