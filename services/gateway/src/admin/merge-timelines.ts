import type { Timeline } from '@alipay-checkout/contracts'

/**
 * Merges the services' timelines, oldest entry first; entries of the same time stay in the order of `parts`. `missing`
 * names the services that are unavailable, so that an incomplete timeline is recognisable. Undefined if all services
 * answered and none has an entry.
 */
export function mergeTimelines(
  orderId: string,
  parts: readonly (Pick<Timeline, 'entries'> | undefined)[],
  missing: readonly string[],
): Timeline | undefined {
  const entries = parts
    .flatMap(part => part?.entries ?? [])
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
  if (entries.length === 0 && missing.length === 0) return undefined
  return { orderId, entries, ...(missing.length > 0 && { missing: [...missing] }) }
}
