import { toBeijing } from '../beijing-time.ts'
import { yuanFromFen } from '../money.ts'
import { isPageMethod, termsOf } from '../products.ts'
import { type SigningKey, withSignature } from '../rsa.ts'
import type { Trade } from '../trade.ts'

/** Whether a return_url keeps its own query, which Alipay's manual forbids. */
export type ReturnUrlQuery = 'keep' | 'drop'

/**
 * Where the browser goes after paying: the merchant's return_url, its own query kept or dropped, with Alipay's signed
 * parameters added. There is no trade_status among them: a return is for display and proves no payment.
 */
export function signedReturnUrl(
  trade: Trade,
  key: SigningKey,
  now: number,
  ownQuery: ReturnUrlQuery = 'keep',
): string | undefined {
  const { method } = termsOf(trade)
  // Only a browser is sent back: an app gets its result from Alipay's SDK.
  if (!trade.returnUrl || !isPageMethod(method)) return undefined
  const parameters = withSignature(
    {
      charset: 'utf-8',
      out_trade_no: trade.outTradeNo,
      method: `${method}.return`,
      total_amount: yuanFromFen(trade.totalFen),
      trade_no: trade.tradeNo,
      auth_app_id: trade.appId,
      version: '1.0',
      app_id: trade.appId,
      seller_id: trade.sellerId,
      timestamp: toBeijing(now),
    },
    key.current,
  )
  const url = new URL(trade.returnUrl)
  const added = new URLSearchParams(parameters).toString()
  // Joined as text: URLSearchParams would encode the merchant's own query again and could break its signature.
  url.search = url.search && ownQuery === 'keep' ? `${url.search}&${added}` : `?${added}`
  return url.toString()
}
