/**
 * PostgreSQL stores any Unicode text except the character U+0000, which `text` refuses, and `jsonb` as the escape
 * `\u0000`. A lone surrogate is not Unicode text, and `jsonb` refuses its escape (manual, 8.14 "JSON Types"). JavaScript
 * strings can contain both.
 */

/** Replaces U+0000: its symbol, U+2400. */
const nulSymbol = '\u2400'
/** Replaces a lone surrogate: the replacement character, as in UTF-8 decoding. */
const replacement = '\ufffd'

/** Whether PostgreSQL can store a text unchanged. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** A text that PostgreSQL can store: unchanged, or with replacements for the characters that it refuses. */
export function storableText(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', nulSymbol)
}

/** Output of `JSON.stringify` as JSON that `jsonb` can store: the same replacements in all its strings. */
export function storableJson(json: string): string {
  // JSON.stringify escapes U+0000 and lone surrogates, and nothing else that begins with `ud`.
  if (!json.includes('\\u0000') && !json.includes('\\ud')) return json
  return json.replaceAll(/\\(?:(u0000)|(ud[89a-f][0-9a-f]{2})|.)/g, (escaped, nul?: string, half?: string) =>
    nul ? nulSymbol : half ? replacement : escaped,
  )
}

/** The parameters of a statement with all texts made storable. Changes the array, not the values in it. */
export function storableParameters<P>(parameters: P[] | undefined): P[] | undefined {
  for (const [index, parameter] of parameters?.entries() ?? []) {
    const stored = storableParameter(parameter)
    if (stored !== parameter) (parameters as unknown[])[index] = stored
  }
  return parameters
}

function storableParameter(parameter: unknown): unknown {
  if (typeof parameter === 'string') return storableText(parameter)
  if (!Array.isArray(parameter) || parameter.every(one => typeof one !== 'string' || isStorable(one))) return parameter
  return parameter.map(storableParameter)
}

interface Place {
  readonly value: unknown
  readonly name: string
  readonly parent?: Place
}

/**
 * A path (`items.0.sku`) to a text or key in a JSON value that PostgreSQL can't store; undefined where all can be.
 * Iterative, because a body may be nested deeper than the stack allows.
 */
export function findUnstorable(root: unknown): string | undefined {
  const left: Place[] = [{ value: root, name: '' }]
  for (let place = left.pop(); place; place = left.pop()) {
    const { value, name } = place
    if (!isStorable(name) || (typeof value === 'string' && !isStorable(value))) return pathOf(place)
    if (typeof value !== 'object' || value === null) continue
    for (const inside of Object.keys(value)) {
      left.push({ value: (value as Record<string, unknown>)[inside], name: inside, parent: place })
    }
  }
  return undefined
}

function pathOf(place: Place): string {
  const names: string[] = []
  for (let at: Place | undefined = place; at?.parent; at = at.parent) names.unshift(storableText(at.name))
  return names.join('.')
}
