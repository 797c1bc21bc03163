import { userInfo } from 'node:os'
import { loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

/** What `read` makes of the command line. One that it throws at ends the program with 2, the reason and the usage. */
export function readArguments<Read>(usage: string, read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

/** Calls the running payment-service in the name of `actor`, who is whoever sits at the console unless told otherwise. */
export type CallService = <T>(method: 'GET' | 'POST', path: string, body?: object) => Promise<T>

/** Reads where the service is from the environment. Throws ConfigError when no system runs. */
export function createCallService(actor = userInfo().username): CallService {
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
      throw new Error(`payment-service does not answer at ${url}; npm start starts the system`, { cause: error })
    }
    const answer = await response.json()
    if (!response.ok) throw new Error((answer as { detail?: string }).detail ?? `it answered ${response.status}`)
    return answer as never
  }
}
