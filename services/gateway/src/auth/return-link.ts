import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a return link is valid, ms. */
const validForMs = 24 * 60 * 60 * 1000
/** How far the clock of the replica that made a link may be ahead, ms. */
const clockSkewMaxMs = 5 * 60 * 1000

export type LinkRefusal = 'malformed' | 'wrong_signature' | 'expired' | 'from_the_future'
export type LinkCheck = { ok: true; orderId: string } | { ok: false; reason: LinkRefusal }

/** Lower-case hex HMAC-SHA256 of the order id followed by `t` (ms since 1970, as written in the link). */
export function signReturnLink(secret: string, orderId: string, t: string): string {
  return createHmac('sha256', secret)
    .update(orderId + t)
    .digest('hex')
}

/**
 * The address that Alipay sends the browser back to. Its holder may read this order's status for 24 hours. Everything is
 * in the path, because Alipay's manual forbids query parameters in it and Alipay adds its own, such as `sign`.
 */
export function returnUrl(publicUrl: string, secret: string, orderId: string, nowMs: number): string {
  const t = String(nowMs)
  return `${publicUrl.replace(/\/+$/, '')}/payment/result/${orderId}/${t}/${signReturnLink(secret, orderId, t)}`
}

const signShape = /^[0-9a-f]{64}$/

/**
 * Checks `order_id`, `t` and `sign` of a query, each given exactly once, apart from Alipay's own `sign`, which is not
 * hex. The signature is compared in constant time and before the age, so that a refusal discloses nothing to a forger.
 */
export function checkReturnLink(secret: string, query: Record<string, unknown>, nowMs: number): LinkCheck {
  const { order_id: orderId, t } = query
  const [sign, ...others] = [query.sign].flat().filter(one => typeof one === 'string' && signShape.test(one))
  if (typeof orderId !== 'string' || typeof t !== 'string' || !/^\d{1,16}$/.test(t)) return refuse('malformed')
  if (typeof sign !== 'string' || others.length > 0) return refuse('malformed')
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
