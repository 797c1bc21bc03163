import { api } from './client.ts'
import type { paths } from './openapi.d.ts'

type AdminPath = Extract<keyof paths, `/api/admin/${string}`>
/** Paths of the admin API that change something. */
export type SendPath = { [P in AdminPath]: paths[P] extends { post: { responses: unknown } } ? P : never }[AdminPath]

type Post<P extends SendPath> = paths[P] extends { post: infer Operation } ? Operation : never
type Json<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never
type Successes<P extends SendPath> =
  Post<P> extends { responses: infer All } ? All[keyof All & (200 | 201 | 202)] : never
/** What a path answers where the request is carried out. */
export type SendAnswer<P extends SendPath> = Json<Successes<P>>

type PathOf<P extends SendPath> =
  Post<P> extends { parameters: { path: infer Path } } ? { path: Path } : { path?: never }
type BodyOf<P extends SendPath> =
  Post<P> extends { requestBody: { content: { 'application/json': infer Body } } } ? { body: Body } : { body?: unknown }
/** `key`: the idempotency key; requests with the same key take effect once. */
export type SendInit<P extends SendPath> = PathOf<P> & BodyOf<P> & { key?: string }

/** Changes something by the admin API: `send('/api/admin/orders/{id}/cancel', { path: { id }, body: { reason } })`. Throws ApiProblem. */
export async function send<P extends SendPath>(path: P, init: SendInit<P>): Promise<SendAnswer<P>> {
  // The generic call can not be typed by openapi-fetch; SendInit and SendAnswer give the same types.
  const post = api.POST as (path: string, init: object) => Promise<{ data?: unknown }>
  const header = init.key === undefined ? {} : { header: { 'idempotency-key': init.key } }
  const body = init.body === undefined ? {} : { body: init.body }
  return (await post(path, { params: { path: init.path, ...header }, ...body })).data as SendAnswer<P>
}
