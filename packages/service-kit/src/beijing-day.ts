import { invalidField } from './invalid-request.ts'

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

/** The time that `read` finds in a field's day or moment. Throws `invalid-request` with the field where there is none. */
export function existingTime(field: string, text: string, read: (text: string) => Date): Date {
  const day = text.slice(0, 'yyyy-mm-dd'.length)
  const time = read(text)
  // `Date` takes the 31st of February for the 3rd of March.
  const midnight = new Date(`${day}T00:00:00Z`)
  const isDate = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
  // PostgreSQL has no year 0.
  if (!isDate || !(time.getUTCFullYear() > 0)) throw invalidField(field, `must be a time that exists, not ${text}`)
  return time
}

/** The day in Beijing that a field names, from `start` to before `end`, ms since 1970. Throws as `existingTime`. */
export function spanOfDay(field: string, date: string): { start: number; end: number } {
  return { start: existingTime(field, date, startOf).getTime(), end: endOf(date).getTime() }
}

/** The day in Beijing at this time: `2026-03-01`. */
export function beijingDay(time: Date): string {
  return new Date(time.getTime() + 8 * 60 * 60 * 1000).toISOString().slice(0, 10)
}

function isDay(text: string): boolean {
  return text.length === 10
}
