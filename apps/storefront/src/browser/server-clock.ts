/** The gateway's time at the start of the monotonic clock, ms since 1970. Unknown before the first response. */
let originMs: number | undefined

/**
 * Learns from the `Date` header of a response that came just now. It has whole seconds and is as old as the response was
 * under way, so each one is too early: the latest of them is the best.
 */
export function learnTime(date: string | null): void {
  const measuredMs = date === null ? Number.NaN : Date.parse(date) - performance.now()
  if (Number.isFinite(measuredMs)) originMs = Math.max(originMs ?? measuredMs, measuredMs)
}

/**
 * The gateway's time, ms since 1970. The phone's clock may be wrong, and be set right while a page is open; it counts
 * only until the first response. The monotonic clock may stand still while a phone sleeps; the next response corrects it.
 */
export const serverNow = (): number => (originMs === undefined ? Date.now() : originMs + performance.now())
