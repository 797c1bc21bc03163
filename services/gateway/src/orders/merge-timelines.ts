import type { Timeline, TimelineEntry } from '@alipay-checkout/contracts'

/** A service's part of a timeline: its entries, or why it has none. */
export type TimelinePart =
  | { service: string; entries: TimelineEntry[] }
  | { service: string; answer: 'unknown order' | 'unavailable' }

/**
 * Merges the services' entries, oldest first; entries of the same time stay in the order of `parts`. `missing` names
 * the services that are unavailable, so that an incomplete timeline is recognisable. Undefined if all services answered
 * and none has an entry.
 */
export function mergeTimelines(orderId: string, parts: readonly TimelinePart[]): Timeline | undefined {
  if (parts.every(part => ('entries' in part ? part.entries.length === 0 : part.answer === 'unknown order')))
    return undefined
  const entries = parts
    .flatMap(part => ('entries' in part ? part.entries : []))
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
  const missing = parts.flatMap(part => ('answer' in part && part.answer === 'unavailable' ? [part.service] : []))
  return { orderId, entries, ...(missing.length > 0 && { missing }) }
}
