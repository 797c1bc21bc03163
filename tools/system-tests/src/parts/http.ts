import { system } from './system.ts'

/** An answer, read to its end. */
export interface Answer<Body> {
  status: number
  headers: Headers
  /** As it came. */
  text: string
  /** The text as JSON, where it is that; else undefined. */
  body: Body
}

/** The fields of problem answers that tests look at. */
export interface ProblemAnswer {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  errors?: { field: string; message: string }[]
  [extra: string]: unknown
}

export interface CallOptions {
  token?: string
  /** An object goes out as JSON; a text, bytes or a form as they are. */
  body?: unknown
  headers?: Record<string, string>
  /** Instead of the first gateway. */
  base?: string
}

/** Sends one request and reads the answer. Redirects are answers too. */
export async function call<Body = ProblemAnswer>(
  method: string,
  path: string,
  { token, body, headers = {}, base = system.gatewayUrl }: CallOptions = {},
): Promise<Answer<Body>> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof URLSearchParams
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) as Body }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
