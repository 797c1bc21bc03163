import { randomBytes } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import { type BillPeriod, type BillRefusal, billPeriod, refuseBill } from './period.ts'
import { type BillRow, billRows, type OtherRows, otherRows } from './rows.ts'

/** Alipay: the address of a bill is valid for this long. */
const LINK_LIFE_MS = 30_000

export interface BillLink {
  readonly token: string
  readonly period: BillPeriod
  readonly empty: boolean
}

export interface BillDesk {
  /** A new address of a bill, or why there is no bill. `date` is `yyyy-MM-dd` or `yyyy-MM`. */
  link(date: string, now: number): BillLink | BillRefusal
  /** The period of a link's token, while the token is valid. */
  take(token: string, now: number): BillPeriod | undefined
  /** Sets whether a date's bill exists, whatever the time is; undefined follows the clock again. */
  setReady(date: string, ready: boolean | undefined): void
  /** Adds rows to a date's bill that are not in the ledger, in place of those added before. */
  add(date: string, rows: OtherRows): void
  /** The rows of a bill: the added ones, then those of the ledger. */
  rows(period: BillPeriod): Iterable<BillRow>
}

/** Creates the addresses of bills. Addresses and settings are in memory: they end with the process. */
export function createBillDesk(ledger: Ledger): BillDesk {
  const readiness = new Map<string, boolean>()
  const added = new Map<string, OtherRows>()
  const links = new Map<string, { readonly period: BillPeriod; readonly until: number }>()

  function* rows(period: BillPeriod): Generator<BillRow> {
    const extra = added.get(period.date)
    if (extra) yield* otherRows(extra, period)
    yield* billRows(ledger.trades(), period)
  }

  return {
    rows,
    add: (date, extra) => void added.set(date, extra),
    link(date, now) {
      const period = billPeriod(date)
      if (!period) return 'INVAILID_ARGUMENTS'
      const refusal = refuseBill(period, readiness.get(date), now)
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
    setReady(date, ready) {
      if (ready === undefined) readiness.delete(date)
      else readiness.set(date, ready)
    },
  }
}
