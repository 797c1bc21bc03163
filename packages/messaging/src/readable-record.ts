import { isUtf8 } from 'node:buffer'
import { storableText } from '@alipay-checkout/service-kit/database'
import type { IHeaders, KafkaMessage } from 'kafkajs'

/** Characters of a value and of a header, bytes in base64, and number of headers that are shown. */
const valueLengthMax = 4_000
const headerLengthMax = 1_000
const headersMax = 50

/** A record as text that can be read and stored, whatever bytes it has. */
export interface ReadableRecord {
  readonly key: string | undefined
  /** The record's value, cut to 4,000 characters. */
  readonly value: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The first bytes of each part that is not plain text, by its name: `key`, `value`, `header ce_type`. */
  readonly base64?: Readonly<Record<string, string>>
}

/** Makes a record readable: bytes that are not text are replaced, and given in base64 beside it. */
export function readableRecord({
  key,
  value,
  headers = {},
}: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): ReadableRecord {
  const base64: Record<string, string> = {}
  const textOf = (name: string, bytes: Buffer | string | null | undefined, lengthMax: number): string | undefined => {
    if (bytes === null || bytes === undefined) return undefined
    const raw = Buffer.from(bytes)
    if (!isUtf8(raw) || raw.includes(0)) base64[name] = raw.subarray(0, lengthMax).toString('base64')
    // Cut first, because the cut may leave half a surrogate pair.
    return storableText(raw.toString().slice(0, lengthMax))
  }
  return {
    key: textOf('key', key, headerLengthMax),
    value: textOf('value', value, valueLengthMax),
    headers: Object.fromEntries(
      entriesOf(headers).map(([name, bytes]) => {
        const readableName = storableText(name.slice(0, headerLengthMax))
        return [readableName, textOf(`header ${readableName}`, bytes, headerLengthMax) ?? '']
      }),
    ),
    ...(Object.keys(base64).length > 0 ? { base64 } : {}),
  }
}

/** Headers as pairs; of a name that occurs several times, the last one. */
function entriesOf(headers: IHeaders): [string, Buffer | string | undefined][] {
  return Object.entries(headers)
    .slice(0, headersMax)
    .map(([name, given]) => [name, Array.isArray(given) ? given.at(-1) : given])
}
