import type {
  NewEvent,
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderPaid,
  OrderRejected,
  Shortage,
  StockLevel,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'

/** The most units that may ever have been supplied of one SKU: every sum of such numbers is still exact. */
export const suppliedMax = 1_000_000_000_000

/**
 * What became of an order's stock. All lines of an order are always in the same state. A refusal is remembered too,
 * so that hearing of the order again can't hold what has come in since.
 */
export type ReservationStatus = 'HELD' | 'COMMITTED' | 'RELEASED' | 'REJECTED'

export interface Line {
  readonly sku: string
  readonly quantity: number
}

export interface Reservation {
  readonly orderId: string
  readonly status: ReservationStatus
  /** One line per SKU. */
  readonly lines: readonly Line[]
}

/** What inventory listens to: the order's word only, never payment's. */
export type StockInput = OrderCreated | OrderPaid | OrderExpired | OrderCancelled | OrderRejected
type Verdict = NewEvent<StockReserved> | NewEvent<StockRejected>

/** What one event did. A rejected one contradicts what we know: it must not be passed over in silence. */
export type Answer =
  | { readonly outcome: 'changed'; readonly what: 'held' | 'refused' | 'committed' | 'released' }
  | { readonly outcome: 'ignored'; readonly why: 'already_decided' | 'already_committed' | 'nothing_held' }
  | { readonly outcome: 'rejected'; readonly why: 'unknown_order' | 'stock_not_held' }

export interface Allocation {
  /** The levels and reservations that are to be written; those untouched are left out. */
  readonly levels: StockLevel[]
  readonly reservations: Reservation[]
  readonly verdicts: Verdict[]
  /** One answer per event, in the order of the events. */
  readonly answers: Answer[]
}

interface Change {
  readonly answer: Answer
  readonly levels?: readonly StockLevel[]
  readonly reservation?: Reservation
  readonly verdict?: Verdict
}

type Levels = ReadonlyMap<string, StockLevel>

/**
 * Works through order events in their order. `levels` are the locked levels of every SKU that the events or
 * `reservations` name (a SKU without one is not in the catalogue), `reservations` what is known of these orders.
 * The result is the same whether events come in one batch or in several.
 */
export function allocate(
  levels: readonly StockLevel[],
  reservations: readonly Reservation[],
  events: readonly StockInput[],
): Allocation {
  const levelOf = new Map(levels.map(level => [level.sku, level]))
  const reservationOf = new Map(reservations.map(reservation => [reservation.orderId, reservation]))
  const changedLevels = new Set<string>()
  const changedReservations = new Set<string>()
  const verdicts: Verdict[] = []
  const answers: Answer[] = []
  for (const event of events) {
    const { orderId } = event.data
    const change = decide(levelOf, reservationOf.get(orderId), event)
    for (const level of change.levels ?? []) {
      levelOf.set(level.sku, level)
      changedLevels.add(level.sku)
    }
    if (change.reservation) {
      reservationOf.set(orderId, change.reservation)
      changedReservations.add(orderId)
    }
    if (change.verdict) verdicts.push(change.verdict)
    answers.push(change.answer)
  }
  return {
    levels: [...changedLevels].map(sku => levelOf.get(sku) as StockLevel),
    reservations: [...changedReservations].map(orderId => reservationOf.get(orderId) as Reservation),
    verdicts,
    answers,
  }
}

function decide(levels: Levels, reservation: Reservation | undefined, event: StockInput): Change {
  switch (event.type) {
    case 'OrderCreated':
      return reservation ? ignore('already_decided') : hold(levels, event, mergeLines(event.data.lines))
    case 'OrderPaid':
      return commit(levels, reservation)
    case 'OrderExpired':
    case 'OrderCancelled':
    case 'OrderRejected':
      return release(levels, reservation)
    default:
      return assertNever(event)
  }
}

/** Holds every line, or none and says what is short. */
function hold(levels: Levels, cause: StockInput, lines: readonly Line[]): Change {
  const { orderId } = cause.data
  const shortages = lines.flatMap(({ sku, quantity }): Shortage[] => {
    const available = levels.get(sku)?.available ?? 0
    return available < quantity ? [{ sku, requested: quantity, available }] : []
  })
  const carried = { key: orderId, ...(cause.traceparent ? { traceparent: cause.traceparent } : {}) }
  if (shortages.length > 0) {
    return {
      answer: { outcome: 'changed', what: 'refused' },
      reservation: { orderId, status: 'REJECTED', lines },
      verdict: { type: 'StockRejected', data: { orderId, shortages }, ...carried },
    }
  }
  return {
    answer: { outcome: 'changed', what: 'held' },
    levels: move(levels, lines, 'available', 'held'),
    reservation: { orderId, status: 'HELD', lines },
    verdict: { type: 'StockReserved', data: { orderId }, ...carried },
  }
}

function commit(levels: Levels, reservation: Reservation | undefined): Change {
  switch (reservation?.status) {
    case 'HELD':
      return {
        answer: { outcome: 'changed', what: 'committed' },
        levels: move(levels, reservation.lines, 'held', 'sold'),
        reservation: { ...reservation, status: 'COMMITTED' },
      }
    case 'COMMITTED':
      return ignore('already_committed')
    // Sold without a hold: the units may be somebody else's by now, so a person has to look.
    case 'RELEASED':
    case 'REJECTED':
      return reject('stock_not_held')
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
  }
}

function release(levels: Levels, reservation: Reservation | undefined): Change {
  switch (reservation?.status) {
    case 'HELD':
      return {
        answer: { outcome: 'changed', what: 'released' },
        levels: move(levels, reservation.lines, 'held', 'available'),
        reservation: { ...reservation, status: 'RELEASED' },
      }
    // Sold is final here: what is given back after the sale comes in as new supply.
    case 'COMMITTED':
      return ignore('already_committed')
    case 'RELEASED':
    case 'REJECTED':
      return ignore('nothing_held')
    // The order's creation has not got through. Passed over now, it would hold for ever once it does.
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
  }
}

function move(
  levels: Levels,
  lines: readonly Line[],
  from: 'available' | 'held',
  to: 'available' | 'held' | 'sold',
): StockLevel[] {
  return lines.map(({ sku, quantity }) => {
    const level = levels.get(sku)
    if (!level) throw new Error(`the stock level of ${sku} was not loaded`)
    return { ...level, [from]: level[from] - quantity, [to]: level[to] + quantity }
  })
}

function mergeLines(lines: readonly Line[]): Line[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
}

export type Adjustment =
  | { readonly outcome: 'changed'; readonly level: StockLevel }
  | { readonly outcome: 'ignored'; readonly why: 'nothing_to_change' }
  | { readonly outcome: 'rejected'; readonly why: 'insufficient_stock' | 'too_much_supplied' }

/** Lets `delta` units come in (positive) or leave (negative). What is held or sold can't leave. */
export function adjust(level: StockLevel, delta: number): Adjustment {
  if (delta === 0) return { outcome: 'ignored', why: 'nothing_to_change' }
  if (level.available + delta < 0) return { outcome: 'rejected', why: 'insufficient_stock' }
  if (level.supplied + delta > suppliedMax) return { outcome: 'rejected', why: 'too_much_supplied' }
  return {
    outcome: 'changed',
    level: { ...level, available: level.available + delta, supplied: level.supplied + delta },
  }
}

function ignore(why: Extract<Answer, { outcome: 'ignored' }>['why']): Change {
  return { answer: { outcome: 'ignored', why } }
}

function reject(why: Extract<Answer, { outcome: 'rejected' }>['why']): Change {
  return { answer: { outcome: 'rejected', why } }
}

function assertNever(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`)
}
