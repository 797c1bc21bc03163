import { isUtf8 } from 'node:buffer'

/** An Alipay notify has one or two thousand bytes, with long lists of vouchers less than ten thousand. */
export const notifyBytesMax = 32 * 1024

/** Why a body can't be an Alipay notify, without checking its signature. */
export const notAlipayNotify = [
  'empty',
  'control_character',
  'malformed_encoding',
  'missing_field',
  'repeated_field',
  'malformed_field',
] as const
type NotAlipayNotify = (typeof notAlipayNotify)[number]

/**
 * The fields that every trade notify has, with their widest possible shapes. Payment-service checks fields that money
 * depends on more strictly, and all other fields.
 */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ['sign', /^[A-Za-z0-9+/=_-]{16,2048}$/],
  ['sign_type', /^RSA2$/],
  ['notify_id', /^[\x21-\x7e]{1,128}$/],
  ['app_id', /^\d{1,32}$/],
  ['out_trade_no', /^[\x21-\x7e]{1,64}$/],
])

/** A form encodes control characters; unencoded ones would take six times their size in a JSON batch. */
const controlCharacter = /\p{Cc}/u
const strayPercent = /%(?![0-9A-Fa-f]{2})/

/**
 * Checks cheaply, without verifying the signature, whether a body can be a notify: it is well-formed and has each field
 * of `shapes` exactly once. Returns its unchanged text, or the reason why it can't be one. Other fields are accepted
 * whatever their names, because Alipay adds fields (its manual, "notify").
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
