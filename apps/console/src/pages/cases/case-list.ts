import { useApiList } from '../../api/use-api.ts'
import { useFilters } from '../../components/use-filters.ts'

const filterNames = ['status', 'kind', 'claimedBy', 'order'] as const
export type CaseFilter = (typeof filterNames)[number]

/**
 * The list of cases that the address asks for. Without a status those that are open; `ALL` are those of every status. A
 * case's page has the same address, so that it knows its neighbours.
 */
export function useCaseList() {
  const filters = useFilters(filterNames)
  const { status = 'OPEN', ...others } = filters.values
  const query = { ...others, ...(status === 'ALL' ? {} : { status }) }
  const list = useApiList('/api/admin/cases', { query: { ...query, limit: '50' } }, { every: 30_000 })
  return { list, filters, status, query }
}

/** An address within the cases, with the filters of the list. */
export function caseHref(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  ).toString()
  return search === '' ? path : `${path}?${search}`
}
