import { isUtf8 } from 'node:buffer'

/**
 * A notify of Alipay's has one or two thousand bytes, and with long lists of vouchers not ten thousand: a larger body is
 * none, bytes.
 */
export const notifyBytesMax = 32 * 1024

/** Why a body can't be a notify of Alipay's, whoever signed it. */
export type NotAlipayNotify =
  | 'empty'
  | 'control_character'
  | 'malformed_encoding'
  | 'missing_field'
  | 'repeated_field'
  | 'malformed_field'

/**
 * The fields that every trade notify has, and what they can be at most. Payment-service has stricter shapes for those
 * that money depends on, and all other fields are its business.
 */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ['sign', /^[A-Za-z0-9+/=_-]{16,2048}$/],
  ['sign_type', /^RSA2$/],
  ['notify_id', /^[\x21-\x7e]{1,128}$/],
  ['app_id', /^\d{1,32}$/],
  ['out_trade_no', /^[\x21-\x7e]{1,64}$/],
])

/** Bytes that a form encodes, and that take six times as much room in JSON. */
const controlCharacter = /\p{Cc}/u
const strayPercent = /%(?![0-9A-Fa-f]{2})/

/**
 * Whether a body can be a notify, cheaply and without looking at its signature: it is well-formed, and has each field
 * that tells whose notify it is exactly once. Gives its text as it came, or the reason why it can't be one. Further
 * fields are accepted whatever their names, because Alipay adds fields (its manual, "notify").
 */
export function readNotifyForm(body: Buffer): { text: string } | NotAlipayNotify {
  if (body.length === 0) return 'empty'
  if (!isUtf8(body)) return 'malformed_encoding'
  const text = body.toString()
  if (controlCharacter.test(text)) return 'control_character'
  if (strayPercent.test(text)) return 'malformed_encoding'
  const seen = new Set<string>()
  for (const [name, value] of new URLSearchParams(text)) {
    const shape = shapes.get(name)
    if (!shape) continue
    if (seen.has(name)) return 'repeated_field'
    if (!shape.test(value)) return 'malformed_field'
    seen.add(name)
  }
  return seen.size === shapes.size ? { text } : 'missing_field'
}
