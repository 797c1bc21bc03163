import { userInfo } from 'node:os'
import { loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

/** Reads the command line. When `read` throws, prints the reason and the usage, and ends the program with code 2. */
export function readArguments<Read>(usage: string, read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

/** Calls the running payment-service. Throws an Error with the detail of the problem, or when there is no answer. */
export type CallService = <T>(method: 'GET' | 'POST', path: string, body?: object) => Promise<T>

/**
 * Reads the service's address and token from the environment; throws ConfigError where they are missing. Calls are made
 * in the name of `actor`, by default the user of this process.
 */
export function createCallService(actor = loggedIn()): CallService {
  const { PAYMENT_SERVICE_URL: url, SERVICE_TOKEN: token } = loadConfig(
    Type.Object({ PAYMENT_SERVICE_URL: Type.String({ pattern: '^https?://' }), SERVICE_TOKEN: Type.String() }),
  )
  return async (method, path, body) => {
    let response: Response
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'x-service-token': token,
          'x-actor': encodeURI(actor.toWellFormed()),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(60_000),
      })
    } catch (error) {
      throw new Error(`payment-service does not answer at ${url}. Start the system with: npm start`, { cause: error })
    }
    const answer = await response.json()
    if (!response.ok) {
      throw new Error((answer as { detail?: string }).detail ?? `payment-service answered ${response.status}`)
    }
    return answer as never
  }
}

/** The name of the user; `uid 54321` where the machine knows no name for it, as in a container run as another user. */
function loggedIn(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}
