import { createStored } from './stored.ts'

/** The customer who is signed in. A real shop gets the token from its own sign-in; the demo login gives one for any name. */
export interface Session {
  token: string
  name: string
}

export const session = createStored<Session | null>('qingshan.session', stored => {
  const { token, name } = (stored ?? {}) as Partial<Session>
  return typeof token === 'string' && typeof name === 'string' ? { token, name } : null
})

/** Whether the gateway runs with the demo login, which production refuses. */
export const demoLoginIsOn = document.querySelector('meta[name="demo-login"]')?.getAttribute('content') === 'true'
