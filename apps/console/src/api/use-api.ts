import {
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api, backgroundHeaders } from './client.ts'
import type { paths } from './openapi.d.ts'
import type { ApiProblem } from './problem.ts'

type AdminPath = Extract<keyof paths, `/api/admin/${string}`>
/** Paths of the admin API that can be read. */
export type ReadPath = { [P in AdminPath]: paths[P] extends { get: { responses: unknown } } ? P : never }[AdminPath]

/** What a path answers. */
export type Answer<P extends ReadPath> = paths[P]['get'] extends {
  responses: { 200: { content: { 'application/json': infer Body } } }
}
  ? Body
  : never

type Parameters<P extends ReadPath> = paths[P]['get'] extends { parameters: infer All } ? All : never
type QueryOf<P extends ReadPath> = Parameters<P> extends { query?: infer Query } ? NonNullable<Query> : never
/** Parameters of a path: `{ path: { id }, query: { … } }`. */
export interface ReadInit<P extends ReadPath> {
  path?: Parameters<P> extends { path: infer Path } ? Path : never
  /** Any text: filters come from the address, and the API refuses what is not valid. */
  query?: { [K in keyof QueryOf<P>]?: string | undefined }
}

export interface ReadOptions {
  /** Refreshes this often while the tab is visible, ms. */
  every?: number | undefined
  enabled?: boolean
}

/** Lists are paths whose answer has `items` and `nextCursor`. */
export type ListPath = {
  [P in ReadPath]: Answer<P> extends { items: readonly unknown[]; nextCursor: string | null } ? P : never
}[ReadPath]
export type Item<P extends ListPath> = Answer<P> extends { items: readonly (infer T)[] } ? T : never

async function read<P extends ReadPath>(path: P, init: object, signal: AbortSignal, background: boolean) {
  // The generic call can not be typed by openapi-fetch; ReadInit and Answer give the same types.
  const get = api.GET as (path: string, init: object) => Promise<{ data?: unknown }>
  const headers = background ? { headers: backgroundHeaders } : {}
  return (await get(path, { params: init, signal, ...headers })).data as Answer<P>
}

const keyOf = (path: string, init: object): QueryKey => [path, init]

/** Reads a path of the admin API. A refresh of what is shown already is a background request. */
export function useApi<P extends ReadPath>(
  path: P,
  init: ReadInit<P> = {},
  { every, enabled = true }: ReadOptions = {},
): UseQueryResult<Answer<P>, ApiProblem> {
  const client = useQueryClient()
  const queryKey = keyOf(path, init)
  return useQuery<Answer<P>, ApiProblem>({
    queryKey,
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
    queryFn: ({ signal }) => read(path, init, signal, client.getQueryData(queryKey) !== undefined),
  })
}

export type ListResult<P extends ListPath> = UseInfiniteQueryResult<InfiniteData<Answer<P>>, ApiProblem> & {
  items: Item<P>[]
}

/** Reads a list of the admin API page by page: `items` has those of all pages read, `fetchNextPage` reads one more. */
export function useApiList<P extends ListPath>(
  path: P,
  init: ReadInit<P> = {},
  { every, enabled = true }: ReadOptions = {},
): ListResult<P> {
  const client = useQueryClient()
  const queryKey = ['list', ...keyOf(path, init)]
  const result = useInfiniteQuery<Answer<P>, ApiProblem, InfiniteData<Answer<P>>, QueryKey, string | null>({
    queryKey,
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
    initialPageParam: null,
    getNextPageParam: page => (page as { nextCursor: string | null }).nextCursor,
    queryFn: ({ signal, pageParam }) => {
      const known = client.getQueryData<InfiniteData<Answer<P>>>(queryKey)?.pageParams.includes(pageParam) ?? false
      const query = pageParam === null ? init.query : { ...init.query, cursor: pageParam }
      return read(path, { ...init, query }, signal, known)
    },
  })
  const items = (result.data?.pages ?? []).flatMap(page => (page as unknown as { items: Item<P>[] }).items)
  return { ...result, items } as ListResult<P>
}
