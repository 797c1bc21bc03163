/** Beijing has no daylight saving time. */
const offset = '+08:00'
const dayMs = 24 * 60 * 60 * 1000

/** The beginning of a day in Beijing (`2026-03-01`), or the moment itself. Invalid dates give an invalid `Date`. */
export function startOf(dayOrTime: string): Date {
  return new Date(isDay(dayOrTime) ? `${dayOrTime}T00:00:00${offset}` : dayOrTime)
}

/** The end of a day in Beijing, which is the beginning of the next one, or the moment itself. */
export function endOf(dayOrTime: string): Date {
  const start = startOf(dayOrTime)
  return isDay(dayOrTime) ? new Date(start.getTime() + dayMs) : start
}

/** The day in Beijing at this time: `2026-03-01`. */
export function beijingDay(time: Date): string {
  return new Date(time.getTime() + 8 * 60 * 60 * 1000).toISOString().slice(0, 10)
}

function isDay(text: string): boolean {
  return text.length === 10
}
