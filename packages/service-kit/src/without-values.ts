/** Fields of a PostgreSQL error, besides its message, that never contain values of rows or parameters. */
const safeFields = ['code', 'severity', 'schema_name', 'table_name', 'column_name', 'constraint_name', 'routine']

type Fields = Record<string, unknown>

/**
 * The same error without the values that a statement was run with, so that data of customers and notifies does not get
 * into logs, dead letters and cases: drizzle puts all parameters into its message, PostgreSQL puts rows into `detail` and
 * `where`, and malformed values into the message. The statement, the code, and names of tables and constraints stay.
 * Applies to causes and aggregates too. Returns the error itself where there is nothing to remove; never throws.
 */
export function withoutValues<T>(error: T): T | Error {
  if (!(error instanceof Error)) return error
  const { cause } = error
  const cleanCause = withoutValues(cause)
  if (isFailedQuery(error)) return failedQuery(error, cleanCause)
  if (isPostgresError(error)) return postgresError(error)
  if (cleanCause !== cause) error.cause = cleanCause
  if (error instanceof AggregateError) error.errors = error.errors.map(withoutValues)
  return error
}

/** Recognises drizzle's DrizzleQueryError by its shape, because a process without a database does not load drizzle. */
function isFailedQuery(error: Error): error is Error & { query: string } {
  return 'params' in error && typeof (error as unknown as Fields).query === 'string'
}

/** The driver's PostgresError. */
function isPostgresError(error: Error): boolean {
  return error.name === 'PostgresError' && ('severity' in error || 'detail' in error || 'parameters' in error)
}

function failedQuery(error: Error & { query: string }, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : 'no reason is given'
  return renamed(error, `${reason}, in the statement: ${error.query}`, 'FailedQuery', { cause })
}

function postgresError(error: Error): Error {
  const fields = error as unknown as Fields
  const kept = Object.fromEntries(safeFields.filter(name => name in fields).map(name => [name, fields[name]]))
  // Class 22, data exceptions, quotes the value: `invalid input syntax for type bigint: "…"`.
  const quotesValues = String(fields.code).startsWith('22')
  const message = quotesValues ? error.message.replace(/".*"/s, '"…"') : error.message
  return Object.assign(renamed(error, message, 'PostgresError'), kept)
}

/** A new error with the stack frames of the old one, whose stack begins with the old message. */
function renamed(error: Error, message: string, name: string, options?: ErrorOptions): Error {
  const made = new Error(message, options)
  made.name = name
  const frames = /(?:\n {4}at [^\n]*)+$/.exec(error.stack ?? '')?.[0] ?? ''
  made.stack = `${name}: ${message}${frames}`
  return made
}
