import { useMemo } from 'react'
import { useSearchParams } from 'wouter'

export interface FilterState<K extends string> {
  /** What the address has, without empty ones. */
  values: Partial<Record<K, string>>
  /** Changes the address; an empty text removes a filter. */
  set(values: Partial<Record<K, string>>): void
  clear(): void
}

/** Reads the filters of these names from an address. */
export function filtersOf<K extends string>(names: readonly K[], search: URLSearchParams): Partial<Record<K, string>> {
  const entries = names.map(name => [name, search.get(name) ?? ''] as const).filter(([, value]) => value !== '')
  return Object.fromEntries(entries) as Partial<Record<K, string>>
}

/** An address with these filters changed. What else the address has stays. */
export function searchWith(search: URLSearchParams, values: Readonly<Record<string, string | undefined>>) {
  const next = new URLSearchParams(search)
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value.trim() === '') next.delete(name)
    else next.set(name, value.trim())
  }
  return next
}

/** Filters whose values live in the address, so that a list can be linked to, and the back button undoes a filter. */
export function useFilters<K extends string>(names: readonly K[]): FilterState<K> {
  const [search, setSearch] = useSearchParams()
  const joined = names.join()
  return useMemo(() => {
    const known = joined.split(',') as K[]
    return {
      values: filtersOf(known, search),
      set: values => setSearch(searchWith(search, values)),
      clear: () => setSearch(searchWith(search, Object.fromEntries(known.map(name => [name, ''])))),
    }
  }, [joined, search, setSearch])
}
