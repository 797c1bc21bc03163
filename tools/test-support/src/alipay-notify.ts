import { type KeyObject, sign } from 'node:crypto'

/**
 * The fields of a notify about a paid trade, not yet signed.
 *
 * @param changes replace or add fields
 */
export function notifyFields(
  { appId, sellerId }: { appId: string; sellerId: string },
  { outTradeNo, totalFen }: { outTradeNo: string; totalFen: number },
  changes: Record<string, string> = {},
): Record<string, string> {
  return {
    notify_time: '2026-01-02 03:04:05',
    notify_type: 'trade_status_sync',
    notify_id: `20260102${Math.random().toString().slice(2)}`,
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: `2026010222001${Math.random().toString().slice(2, 16)}`,
    out_trade_no: outTradeNo,
    buyer_id: '2088722000000001',
    seller_id: sellerId,
    trade_status: 'TRADE_SUCCESS',
    total_amount: (totalFen / 100).toFixed(2),
    gmt_payment: '2026-01-02 03:04:04',
    ...changes,
  }
}

/** Signs a notify as Alipay does: over every field but `sign` and `sign_type`, sorted by name. */
export function signNotify(
  fields: Record<string, string>,
  key: KeyObject,
  { hash = 'RSA-SHA256', signType = 'RSA2' }: { hash?: string; signType?: string } = {},
): URLSearchParams {
  const text = Object.keys(fields)
    .sort()
    .map(name => `${name}=${fields[name]}`)
    .join('&')
  const signature = sign(hash, Buffer.from(text), key).toString('base64')
  return new URLSearchParams({ ...fields, sign_type: signType, sign: signature })
}
