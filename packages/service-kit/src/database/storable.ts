/**
 * PostgreSQL can store any Unicode text but the character U+0000, which `text` refuses and `jsonb` refuses as the escape
 * `\u0000`; half a surrogate pair is no Unicode text, and `jsonb` refuses its escape (manual, 8.14 "JSON Types").
 * JavaScript strings can hold both.
 */

/** What is stored in place of U+0000: the symbol for it, U+2400. */
const nulSymbol = '\u2400'
/** What is stored in place of half a surrogate pair: the replacement character, as in UTF-8 decoding. */
const replacement = '\ufffd'

/** Whether PostgreSQL stores a text as it is. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** A text that PostgreSQL can store: itself, or with a visible character for each that it refuses. */
export function storableText(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', nulSymbol)
}

/** JSON that `jsonb` can store, from what `JSON.stringify` gives: the same replacements in every string of it. */
export function storableJson(json: string): string {
  // JSON.stringify writes U+0000 and halves of pairs, and nothing else that starts with `ud`, as these escapes.
  if (!json.includes('\\u0000') && !json.includes('\\ud')) return json
  return json.replaceAll(/\\(?:(u0000)|(ud[89a-f][0-9a-f]{2})|.)/g, (escaped, nul?: string, half?: string) =>
    nul ? nulSymbol : half ? replacement : escaped,
  )
}

/** The parameters of a statement, with every text and every array of texts made storable. Changes none but the array. */
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
