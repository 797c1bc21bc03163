/** The header of a JWS in the compact form; undefined for any other text. It is not verified yet. */
export function jwsHeaderOf(token: string): { alg?: unknown; kid?: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
    return header ?? {}
  } catch {
    return undefined
  }
}
