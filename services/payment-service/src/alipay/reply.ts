/** The code and message of a reply of Alipay. Texts are bounded and storable. */
export interface AlipayReply {
  readonly code: string
  readonly subCode?: string
  readonly message?: string
}

const codeCharactersMax = 64
/** `isv.invalid-signature` quotes the whole text that was signed. */
const messageCharactersMax = 300

/** Reads code, sub_code and sub_msg (or msg) of a reply's object; undefined where there is no code. */
export function readReply(reply: object): AlipayReply | undefined {
  const { code, sub_code: subCode, sub_msg: subMsg, msg } = reply as Record<string, unknown>
  if (typeof code !== 'string' && typeof code !== 'number') return undefined
  const message = typeof subMsg === 'string' && subMsg !== '' ? subMsg : msg
  return {
    code: storable(String(code), codeCharactersMax),
    ...(typeof subCode === 'string' && subCode !== '' ? { subCode: storable(subCode, codeCharactersMax) } : {}),
    ...(typeof message === 'string' ? { message: storable(message, messageCharactersMax) } : {}),
  }
}

/** Finds the reply in the raw text of an HTTP answer, verified or not; undefined where there is none. Never throws. */
export function quoteReply(raw: unknown): AlipayReply | undefined {
  if (typeof raw !== 'string') return undefined
  try {
    const envelope: unknown = JSON.parse(raw)
    if (typeof envelope !== 'object' || envelope === null) return undefined
    for (const [name, value] of Object.entries(envelope)) {
      if (name.endsWith('_response') && typeof value === 'object' && value !== null) return readReply(value)
    }
  } catch {}
  return undefined
}

/** In one line: `40002 isv.invalid-app-id 无效的AppID参数`. */
export function describeReply({ code, subCode, message }: AlipayReply): string {
  return [code, subCode, message].filter(Boolean).join(' ')
}

/** At most `charactersMax` characters that every log and text column takes: no control characters, no half pairs. */
export function storable(text: string, charactersMax: number): string {
  const plain = text
    .slice(0, charactersMax * 2)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .toWellFormed()
  return [...plain].slice(0, charactersMax).join('').trim()
}
