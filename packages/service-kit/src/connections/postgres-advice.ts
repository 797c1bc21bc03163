/** What an error of PostgreSQL means for the address of the database, as a sentence; undefined where it means nothing. */
export function adviceOnPostgres(error: unknown): string | undefined {
  const { code = '', message = '' } = error as NodeJS.ErrnoException
  if (/no encryption|SSL off|insecure|SSL.*(required|is required)/i.test(message) && /^28|^08/.test(code))
    return 'the server demands TLS: set sslmode=verify-full and sslrootcert in the database address (…_DATABASE_URL)'
  if (/valid client certificate|certificate authentication failed/i.test(message))
    return 'the server demands a client certificate: set sslcert and sslkey in the database address (…_DATABASE_URL)'
  if (code === '28P01') return 'check user name and password in the database address (…_DATABASE_URL)'
  if (code === '08P01' && /startup parameter/i.test(message))
    return 'a pooler such as PgBouncer refuses the settings of a session: connect to PostgreSQL directly (docs/operations/deploy.md)'
  return undefined
}
