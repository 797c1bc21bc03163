import { endOf, existingTime, startOf } from './beijing-day.ts'

/** An id of the type `<prefix>_` and a UUIDv7 in 32 hex digits, of which the first 12 are the milliseconds since 1970. */
const timeDigits = 12
const idDigits = 32

/** Ids of a time range: `first` and all after it, up to but without `end`. Both absent: all. */
export interface IdRange {
  readonly first?: string
  readonly end?: string
}

/**
 * The ids that were made from `from` to `to`, days in Beijing or moments as `DayOrTime` describes them; the day `to` is
 * included. So the primary key is the index of the time. Throws `invalid-request` for a time that does not exist.
 */
export function idRange(
  prefix: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): IdRange {
  return {
    ...(from === undefined ? {} : { first: firstIdAt(prefix, existingTime('from', from, startOf)) }),
    ...(to === undefined ? {} : { end: firstIdAt(prefix, existingTime('to', to, endOf)) }),
  }
}

/** The smallest id that can be made at this time. */
export function firstIdAt(prefix: string, time: Date): string {
  const digits = Math.max(0, time.getTime()).toString(16).padStart(timeDigits, '0')
  return `${prefix}_${digits}${'0'.repeat(idDigits - timeDigits)}`
}

/** When an id was made, by the clock of the process that made it. */
export function timeOfId(id: string): Date {
  const digits = id.slice(id.indexOf('_') + 1)
  return new Date(Number.parseInt(digits.slice(0, timeDigits), 16))
}
