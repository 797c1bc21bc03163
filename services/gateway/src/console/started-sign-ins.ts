import type { ConsoleRedis } from './console-redis.ts'
import { hashOf } from './console-redis.ts'

/** How long someone may take to sign in at the provider, seconds. */
export const signInSeconds = 600

/** A sign-in that the provider has not answered yet. */
export interface StartedSignIn {
  nonce: string
  codeVerifier: string
  /** The page of the console to return to. */
  returnTo: string
}

/** Started sign-ins in Redis, by their `state`: several tabs of a browser may sign in at once. */
export interface StartedSignIns {
  /** `browser` is a secret that only this browser has. */
  add(state: string, browser: string, signIn: StartedSignIn): Promise<void>
  /** Takes a sign-in, so that it is answered once. Undefined if it expired, was taken, or began in another browser. */
  take(state: string, browser: string): Promise<StartedSignIn | undefined>
}

export function createStartedSignIns(redis: ConsoleRedis): StartedSignIns {
  const keyOf = (state: string, browser: string) => redis.key('sign-in', `${hashOf(state)} ${hashOf(browser)}`)
  return {
    async add(state, browser, signIn) {
      await redis.run(client => client.set(keyOf(state, browser), JSON.stringify(signIn), 'EX', signInSeconds))
    },
    async take(state, browser) {
      const text = await redis.run(client => client.getdel(keyOf(state, browser)))
      return text === null ? undefined : (JSON.parse(text) as StartedSignIn)
    },
  }
}
