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

/** Whether the gateway has a route for the demo shop, which production refuses. */
const isOn = (name: string) => document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') === 'true'
export const demoLoginIsOn = isOn('demo-login')
export const demoQuoteIsOn = isOn('demo-quote')
