/** How far the gateway's clock is ahead of the browser's, ms. Unknown before the first response. */
let aheadMs: number | undefined

/**
 * Learns from the `Date` header of a response that came just now. It has whole seconds and is as old as the response was
 * under way, so each one is too early: the latest of them is the best.
 */
export function learnTime(date: string | null): void {
  const measuredMs = date === null ? Number.NaN : Date.parse(date) - Date.now()
  if (Number.isFinite(measuredMs)) aheadMs = Math.max(aheadMs ?? measuredMs, measuredMs)
}

/** The gateway's time, ms since 1970, because a phone's clock may be wrong. */
export const serverNow = (): number => Date.now() + (aheadMs ?? 0)
