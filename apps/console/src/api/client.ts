import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './openapi.d.ts'
import { ApiProblem } from './problem.ts'

/** Given to a request that no person caused: the session's idle time goes on. */
export const backgroundHeaders = { 'x-background': '1' } as const

const answers: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await ApiProblem.from(response)
  },
  onError: ({ error }) => (error instanceof ApiProblem ? error : ApiProblem.unanswered(error)),
}

/**
 * The admin API, with the types of its description. A call that is not answered with 2xx throws an ApiProblem, so `data`
 * is there. The header proves that the request comes from this page: other origins can not set it.
 */
export const api = createClient<paths>({
  baseUrl: location.origin,
  headers: { 'x-requested-with': 'console' },
  credentials: 'same-origin',
})
api.use(answers)

/** A request to a path that is not in the API's description, such as `/api/session`. Throws ApiProblem. */
export async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      'x-requested-with': 'console',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(error => {
    throw ApiProblem.unanswered(error)
  })
  if (!response.ok) throw await ApiProblem.from(response)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}
