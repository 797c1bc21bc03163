/** The error with advice behind its reason; the error itself where there is none. */
export function withAdvice(error: unknown, advice: string | undefined): unknown {
  if (advice === undefined) return error
  const { message, code } = error as NodeJS.ErrnoException
  return Object.assign(new Error(`${message.trim()}; ${advice}`, { cause: error }), code === undefined ? {} : { code })
}
