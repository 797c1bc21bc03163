import { randomBytes } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import { type BillPeriod, type BillRefusal, billPeriod, refuseBill } from './period.ts'
import { type BillRow, billRows, type OtherRows, otherRows } from './rows.ts'

/** Alipay: the address of a bill lives this long. */
const LINK_LIFE_MS = 30_000

export interface BillLink {
  readonly token: string
  readonly period: BillPeriod
  readonly empty: boolean
}

export interface BillDesk {
  /** A fresh way to a bill, or why there is none. `date` is `yyyy-MM-dd` or `yyyy-MM`. */
  link(date: string, now: number): BillLink | BillRefusal
  /** The period that a link's token stands for, while it lives. */
  take(token: string, now: number): BillPeriod | undefined
  /** Says that a date's bill is there, or is not, whatever the clock says; undefined goes by the clock again. */
  tell(date: string, ready: boolean | undefined): void
  /** Adds rows to a date's bill that are not in the ledger, in place of those added before. */
  add(date: string, rows: OtherRows): void
  /** The rows of a bill: those that were added, then what the ledger has. */
  rows(period: BillPeriod): Iterable<BillRow>
}

/** Hands out the addresses of bills. What it was told, and the addresses, end with the process. */
export function createBillDesk(ledger: Ledger): BillDesk {
  const told = new Map<string, boolean>()
  const added = new Map<string, OtherRows>()
  const links = new Map<string, { readonly period: BillPeriod; readonly until: number }>()

  function* rows(period: BillPeriod): Generator<BillRow> {
    const others = added.get(period.date)
    if (others) yield* otherRows(others, period)
    yield* billRows(ledger.trades(), period)
  }

  return {
    rows,
    add: (date, others) => void added.set(date, others),
    link(date, now) {
      const period = billPeriod(date)
      if (!period) return 'INVAILID_ARGUMENTS'
      const refusal = refuseBill(period, told.get(date), now)
      if (refusal) return refusal
      for (const [token, { until }] of links) if (until <= now) links.delete(token)
      const token = randomBytes(16).toString('hex')
      links.set(token, { period, until: now + LINK_LIFE_MS })
      return { token, period, empty: rows(period).next().done === true }
    },
    take(token, now) {
      const link = links.get(token)
      return link && now < link.until ? link.period : undefined
    },
    tell(date, ready) {
      if (ready === undefined) told.delete(date)
      else told.set(date, ready)
    },
  }
}
