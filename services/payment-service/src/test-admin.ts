import { serviceToken } from './test-shop.ts'

/** The trace of all calls of `callAsAdmin`. */
export const adminTraceId = 'a'.repeat(32)

/** Calls a route of the admin API as the gateway does, in the name of `actor`. */
export async function callAsAdmin<T = Record<string, unknown>>(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  actor = 'ann',
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      'x-service-token': serviceToken,
      'x-actor': actor,
      'x-actor-role': 'finance',
      'x-request-id': 'req-1',
      traceparent: `00-${adminTraceId}-${'b'.repeat(16)}-01`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: (await response.json()) as T }
}
