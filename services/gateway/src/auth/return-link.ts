import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a return link shows its order, ms. */
const validForMs = 24 * 60 * 60 * 1000
/** How far another replica's clock may be ahead of ours, ms. */
const clockSkewMaxMs = 5 * 60 * 1000

export type LinkRefusal = 'malformed' | 'wrong_signature' | 'expired' | 'from_the_future'
export type LinkCheck = { ok: true; orderId: string } | { ok: false; reason: LinkRefusal }

/** Lower-case hex HMAC-SHA256 of the order id followed by `t` (ms since 1970, as written in the link). */
export function signReturnLink(secret: string, orderId: string, t: string): string {
  return createHmac('sha256', secret)
    .update(orderId + t)
    .digest('hex')
}

/** The address that Alipay sends the browser back to. Whoever holds it may see this one order's status for 24 hours. */
export function returnUrl(publicUrl: string, secret: string, orderId: string, nowMs: number): string {
  const t = String(nowMs)
  return `${publicUrl}/payment/result?order_id=${orderId}&t=${t}&sign=${signReturnLink(secret, orderId, t)}`
}

/**
 * Checks `order_id`, `t` and `sign` of a query, each given exactly once. The signature is compared in constant time
 * and before the age is looked at, so that a refusal tells a forger nothing.
 */
export function checkReturnLink(secret: string, query: Record<string, unknown>, nowMs: number): LinkCheck {
  const { order_id: orderId, t, sign } = query
  if (typeof orderId !== 'string' || typeof t !== 'string' || typeof sign !== 'string') return refuse('malformed')
  if (!/^\d{1,16}$/.test(t) || !/^[0-9a-f]{64}$/.test(sign)) return refuse('malformed')
  const expected = signReturnLink(secret, orderId, t)
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(sign))) return refuse('wrong_signature')
  const ageMs = nowMs - Number(t)
  if (ageMs > validForMs) return refuse('expired')
  if (ageMs < -clockSkewMaxMs) return refuse('from_the_future')
  return { ok: true, orderId }
}

function refuse(reason: LinkRefusal): LinkCheck {
  return { ok: false, reason }
}
