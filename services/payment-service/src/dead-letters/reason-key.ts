/** Characters of a key, so that it fits into an index. */
const lengthMax = 200

/**
 * The reason of a dead letter without ids, numbers, hexadecimal digits and quoted values, so that all records with the
 * same fault have the same key. Pure.
 */
export function reasonKeyOf(reason: string): string {
  const key = reason
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"')
    .replace(/\b(?:[a-z]{2,8}_)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?:_\d+)?\b/gi, '#')
    .replace(/\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})\b/gi, '#')
    .replace(/\d+(?:[.,:]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
  return [...key].slice(0, lengthMax).join('') || 'unknown'
}
