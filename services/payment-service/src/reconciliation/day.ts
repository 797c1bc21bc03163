import { Problem } from '@alipay-checkout/service-kit'
import { beijingTime, parseBeijingTime } from '../alipay/beijing-time.ts'

const dayMs = 24 * 3600 * 1000

/** A day in Beijing: from `start` to before `end`. */
export interface Day {
  /** `yyyy-MM-dd` */
  readonly date: string
  readonly start: Date
  readonly end: Date
  readonly before: string
  readonly after: string
}

/** The day of a date `yyyy-MM-dd`; undefined where there is none. */
export function dayOf(date: string): Day | undefined {
  const start = parseBeijingTime(`${date} 00:00:00`)
  if (!start) return undefined
  const [before, end] = [new Date(start.getTime() - dayMs), new Date(start.getTime() + dayMs)]
  return { date, start, end, before: dateIn(before), after: dateIn(end) }
}

/** The date in Beijing at a moment. */
export function dateIn(moment: Date): string {
  return beijingTime(moment).slice(0, 10)
}

/** The day before the day of `now`. */
export function yesterday(now: Date): Day {
  return dayOf(dateIn(new Date(now.getTime() - dayMs))) as Day
}

/** The day of a date in a request. Throws the problem `invalid-request` where there is none. */
export function existingDay(date: string): Day {
  const day = dayOf(date)
  if (!day) throw new Problem('invalid-request', `There is no day ${date}.`)
  return day
}
