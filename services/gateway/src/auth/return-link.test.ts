import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { checkReturnLink, returnUrl, signReturnLink } from './return-link.ts'

const secret = 'a-secret-of-the-shop'
const orderId = 'ord_0190a7c8d9e07b1c8d2e3f4051627384'
const now = Date.parse('2026-01-15T10:00:00Z')
const hourMs = 3_600_000

function link(t: number | string = now, id = orderId): Record<string, unknown> {
  return { order_id: id, t: String(t), sign: signReturnLink(secret, id, String(t)) }
}

it('signs the order id followed by the time with HMAC-SHA256 in lower-case hex', () => {
  const expected = createHmac('sha256', secret).update(`${orderId}${now}`).digest('hex')
  expect(returnUrl('https://shop.example', secret, orderId, now)).toBe(
    `https://shop.example/payment/result/${orderId}/${now}/${expected}`,
  )
})

it('accepts a link for 24 hours', () => {
  expect(checkReturnLink(secret, link(), now)).toEqual({ ok: true, orderId })
  expect(checkReturnLink(secret, link(), now + 24 * hourMs)).toEqual({ ok: true, orderId })
  expect(checkReturnLink(secret, link(), now + 24 * hourMs + 1)).toEqual({ ok: false, reason: 'expired' })
})

it('finds its own signature next to the one that Alipay adds', () => {
  const { sign } = link()
  for (const both of [
    [sign, 'Q2/abcDEF=='],
    ['Q2/abcDEF==', sign],
  ]) {
    expect(checkReturnLink(secret, { ...link(), sign: both, sign_type: 'RSA2' }, now).ok).toBe(true)
  }
})

it('allows for a clock that is up to five minutes ahead', () => {
  expect(checkReturnLink(secret, link(now + 5 * 60_000), now).ok).toBe(true)
  expect(checkReturnLink(secret, link(now + 5 * 60_001), now)).toEqual({ ok: false, reason: 'from_the_future' })
})

it.each<[string, Record<string, unknown>, string]>([
  ['another order', { ...link(), order_id: orderId.replace('0190', '0191') }, 'wrong_signature'],
  ['another time', { ...link(), t: String(now + 1) }, 'wrong_signature'],
  ['another secret', { ...link(), sign: signReturnLink('another', orderId, String(now)) }, 'wrong_signature'],
  [
    'digits moved from the id to the time',
    { ...link(), order_id: orderId.slice(0, -1), t: `4${now}` },
    'from_the_future',
  ],
  ['an upper-case signature', { ...link(), sign: String(link().sign).toUpperCase() }, 'malformed'],
  ['a short signature', { ...link(), sign: 'ab' }, 'malformed'],
  ['a time that is no number', link('1e12'), 'malformed'],
  ['a negative time', link('-1'), 'malformed'],
  ['two signatures of our shape', { ...link(), sign: [link().sign, 'a'.repeat(64)] }, 'malformed'],
  ['a parameter given twice', { ...link(), order_id: [orderId, orderId] }, 'malformed'],
  ['no signature', { order_id: orderId, t: String(now) }, 'malformed'],
  ['nothing', {}, 'malformed'],
])('refuses %s', (_what, query, reason) => {
  expect(checkReturnLink(secret, query, now)).toEqual({ ok: false, reason })
})
