import type { FastifyError } from 'fastify'
import { invalidRequest } from './invalid-request.ts'
import { Problem } from './problem.ts'

/** The problem with which an error is answered: unexpected errors reveal nothing about their cause. */
export function problemOf(thrown: Error): Problem {
  if (thrown instanceof Problem) return thrown
  const error = thrown as FastifyError
  if (error.validation) return invalidRequest(error)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body-too-large', 'Send a smaller body.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported-media-type', 'Send the body as application/json.')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not-found', 'This address does not exist.')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('malformed-json', 'Send a JSON body, with the content type application/json.')
  }
  if (isUnreachable(error))
    return new Problem('service-unavailable', 'A dependency of this service is temporarily unavailable. Try again.')
  if (error.statusCode === 429) return new Problem('too-many-requests', error.message)
  if (error.statusCode && error.statusCode < 500) return new Problem('invalid-request', error.message)
  return new Problem('internal-error', 'The service failed because of an internal error. Try again.')
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  // The name is unknown, or the name server does not answer.
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'TLS_FAILED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_BODY_TIMEOUT',
])
/**
 * Error classes of PostgreSQL (manual, appendix "Error Codes"): 08 connection, 53 insufficient resources, 57 operator
 * intervention (shutdown, crash, statement timeout), 58 system error (I/O).
 */
const unreachableClasses = /^(08|53|57|58)[0-9A-Z]{3}$/

/** Whether an error means that a dependency is unavailable, rather than a fault of the request or of the code. */
export function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (unreachableCodes.has(code) || unreachableClasses.test(code)) return true
  }
  return false
}
