import { fromBeijing, toBeijing } from '../beijing-time.ts'

/** The Beijing day or month of a bill. */
export interface BillPeriod {
  /** `yyyy-MM-dd` or `yyyy-MM`, as requested. */
  readonly date: string
  /** From this moment (ms since 1970) up to, not including, `to`. */
  readonly from: number
  readonly to: number
  /** When Alipay has made the bill: at 09:00 of the next day, or on the 3rd of the next month. */
  readonly readyAt: number
}

export type BillRefusal = 'INVAILID_ARGUMENTS' | 'BILL_NOT_EXIST'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const READY_AFTER_MS = 9 * HOUR_MS

/** The period of a `bill_date`, or undefined when the text is not a date. */
export function billPeriod(date: string): BillPeriod | undefined {
  const day = /^\d{4}-\d\d-\d\d$/.test(date)
  if (!day && !/^\d{4}-\d\d$/.test(date)) return undefined
  const from = fromBeijing(`${day ? date : `${date}-01`} 00:00:00`)
  if (from === undefined) return undefined
  if (day) return { date, from, to: from + DAY_MS, readyAt: from + DAY_MS + READY_AFTER_MS }
  // 31 days after the first of any month lies in the next one.
  const to = fromBeijing(`${toBeijing(from + 31 * DAY_MS).slice(0, 7)}-01 00:00:00`)!
  return { date, from, to, readyAt: to + 2 * DAY_MS + READY_AFTER_MS }
}

/**
 * Why a bill does not exist, or undefined when it does: never before its period is over and Alipay has made it.
 * `ready` is what the control API set for this date; it takes precedence.
 */
export function refuseBill(period: BillPeriod, ready: boolean | undefined, now: number): BillRefusal | undefined {
  if (ready !== undefined) return ready ? undefined : 'BILL_NOT_EXIST'
  if (now < period.to) return 'INVAILID_ARGUMENTS'
  return now < period.readyAt ? 'BILL_NOT_EXIST' : undefined
}
