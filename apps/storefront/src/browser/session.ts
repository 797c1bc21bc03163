import { createStored } from './stored.ts'

/** Who is signed in. A real shop gets its token from its own sign-in; here the demo login gives one for any name. */
export interface Session {
  token: string
  name: string
}

export const session = createStored<Session | null>('qingshan.session', stored => {
  const { token, name } = (stored ?? {}) as Partial<Session>
  return typeof token === 'string' && typeof name === 'string' ? { token, name } : null
})

/** Whether this gateway gives tokens to whoever asks. Production never does. */
export const demoLoginIsOn = document.querySelector('meta[name="demo-login"]')?.getAttribute('content') === 'true'
