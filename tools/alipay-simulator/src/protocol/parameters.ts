import type { Parameters } from '../rsa.ts'

export type ParsedParameters =
  | { readonly ok: true; readonly parameters: Parameters }
  /** `parameters` has the first value of each, and serves only to choose the kind of reply. */
  | { readonly ok: false; readonly duplicate: string; readonly parameters: Parameters }

/**
 * Query and form body read as one set of URL-decoded parameters. A name that comes twice, in one part or across both,
 * is refused, because it is unknown which of the two was signed.
 */
export function parseParameters(...parts: string[]): ParsedParameters {
  const parameters: Record<string, string> = Object.create(null)
  let duplicate: string | undefined
  for (const part of parts) {
    for (const [name, value] of new URLSearchParams(part)) {
      if (name in parameters) duplicate ??= name
      else parameters[name] = value
    }
  }
  return duplicate === undefined ? { ok: true, parameters } : { ok: false, duplicate, parameters }
}

/** The query of a request target or URL, without a fragment; empty when there is none. */
export function queryOf(url: string): string {
  const from = url.indexOf('?')
  if (from === -1) return ''
  const to = url.indexOf('#', from)
  return url.slice(from + 1, to === -1 ? undefined : to)
}
