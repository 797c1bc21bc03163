import type { Timeline, TimelineEntry } from '@alipay-checkout/contracts'

/** What one service answered: its entries, `unknown` where it has never heard of the order, `away` where it can't say. */
export type Told = { service: string; entries: TimelineEntry[] } | { service: string; answer: 'unknown' | 'away' }

/**
 * One story from what the services tell, oldest first. What happened at the same moment stays in the order in which
 * the services are given. A service that is away is named, so that nobody takes a part for the whole. Undefined where
 * all answered and none has anything to tell.
 */
export function mergeTimelines(orderId: string, told: readonly Told[]): Timeline | undefined {
  if (told.every(part => ('entries' in part ? part.entries.length === 0 : part.answer === 'unknown'))) return undefined
  const entries = told
    .flatMap(part => ('entries' in part ? part.entries : []))
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
  const missing = told.flatMap(part => ('answer' in part && part.answer === 'away' ? [part.service] : []))
  return { orderId, entries, ...(missing.length > 0 && { missing }) }
}
