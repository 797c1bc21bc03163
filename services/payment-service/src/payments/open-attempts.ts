import type { Db } from '@alipay-checkout/service-kit/database'
import { insertOpened, markOpened } from './attempt-store.ts'
import { decideOpening, isPaidBy, type OpenableAttempt, type Opening, type Wish } from './opening.ts'
import { findPayments } from './payment-store.ts'

/** An order that a shopper wants to pay, and how. */
export interface OpeningRequest {
  readonly orderId: string
  readonly wish: Wish
}

/**
 * Opens payments with two statements, or three where some need another attempt. One result per request, in order. Of
 * concurrent requests for one order with different methods, the first opens its attempt, and the others are decided again.
 */
export async function openAttempts(db: Db, requests: readonly OpeningRequest[]): Promise<Opening[]> {
  const { payments, now } = await findPayments(
    db,
    requests.map(({ orderId }) => orderId),
  )
  const openings = requests.map(({ orderId, wish }) => decideOpening(payments.get(orderId), wish, now))
  const first = fresh(openings, 'open')
  const next = fresh(openings, 'open_next')
  if (first.size + next.size === 0) return openings
  const stored = new Set<string>()
  if (first.size > 0) for (const no of await markOpened(db, [...first.values()])) stored.add(no)
  if (next.size > 0) for (const no of await insertOpened(db, [...next.values()])) stored.add(no)
  // Those that were opened otherwise, closed or paid between the statements are decided again.
  const isOvertaken = (one: Opening): boolean => {
    if (one.outcome !== 'open' && one.outcome !== 'open_next') return false
    const chosen = (one.outcome === 'open' ? first : next).get(one.outTradeNo) as OpenableAttempt
    return !stored.has(one.outTradeNo) || !isPaidBy(chosen, one)
  }
  const overtaken = requests.filter((_, index) => isOvertaken(openings[index] as Opening))
  if (overtaken.length === 0) return openings
  const again = await openAttempts(db, overtaken)
  return openings.map(one => (isOvertaken(one) ? (again.shift() as Opening) : one))
}

/** The attempts to be opened by trade number, each once however many requests want it. */
function fresh(openings: readonly Opening[], outcome: 'open' | 'open_next'): ReadonlyMap<string, OpenableAttempt> {
  const wanted = new Map<string, OpenableAttempt>()
  for (const one of openings) {
    if (one.outcome === outcome && !wanted.has(one.outTradeNo)) wanted.set(one.outTradeNo, one)
  }
  return wanted
}
