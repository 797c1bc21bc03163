import type {
  NewEvent,
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderReinstating,
  OrderRejected,
  Shortage,
  StockLevel,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'

/**
 * What became of an order's stock. All lines of an order are always in the same state. A refusal is remembered too,
 * so that hearing of the order's creation again can't hold what has come in since.
 */
export type ReservationStatus = 'HELD' | 'COMMITTED' | 'RELEASED' | 'REJECTED'

export interface Line {
  readonly sku: string
  readonly quantity: number
}

/** `returned`: how many of a sold line's units are on sale again. */
export interface ReservedLine extends Line {
  readonly returned: number
}

export interface Reservation {
  readonly orderId: string
  readonly status: ReservationStatus
  /** One line per SKU. */
  readonly lines: readonly ReservedLine[]
}

/** What inventory listens to: the order's word only, never payment's. */
export type StockInput =
  | OrderCreated
  | OrderPaid
  | OrderExpired
  | OrderCancelled
  | OrderRejected
  | OrderReinstating
  | OrderLinesReturned
type Verdict = NewEvent<StockReserved> | NewEvent<StockRejected>

/** What one event did. A rejected one contradicts what we know: it must not be passed over in silence. */
export type Answer =
  | { readonly outcome: 'changed'; readonly what: 'held' | 'refused' | 'committed' | 'released' | 'returned' }
  | {
      readonly outcome: 'ignored'
      readonly why: 'already_decided' | 'already_held' | 'already_committed' | 'nothing_held'
    }
  | {
      readonly outcome: 'rejected'
      readonly why: 'unknown_order' | 'stock_not_held' | 'stock_not_sold' | 'more_than_sold'
    }

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
      return reservation ? ignore('already_decided') : hold(levels, event)
    case 'OrderPaid':
      return commit(levels, reservation)
    case 'OrderExpired':
    case 'OrderCancelled':
    case 'OrderRejected':
      return release(levels, reservation)
    case 'OrderReinstating':
      return holdAgain(levels, reservation, event)
    case 'OrderLinesReturned':
      return takeBack(levels, reservation, mergeLines(event.data.lines))
    default:
      return assertNever(event)
  }
}

/** Holds every line, or none and says what is short. */
function hold(levels: Levels, cause: OrderCreated | OrderReinstating): Change {
  const { orderId } = cause.data
  const lines = mergeLines(cause.data.lines).map(line => ({ ...line, returned: 0 }))
  const shortages = lines.flatMap(({ sku, quantity }): Shortage[] => {
    const available = levels.get(sku)?.available ?? 0
    return available < quantity ? [{ sku, requested: quantity, available }] : []
  })
  if (shortages.length > 0) {
    return {
      answer: { outcome: 'changed', what: 'refused' },
      reservation: { orderId, status: 'REJECTED', lines },
      verdict: { type: 'StockRejected', ...answerTo(cause, { orderId, shortages }) },
    }
  }
  return {
    answer: { outcome: 'changed', what: 'held' },
    levels: move(levels, lines, 'available', 'held'),
    reservation: { orderId, status: 'HELD', lines },
    verdict: { type: 'StockReserved', ...answerTo(cause, { orderId }) },
  }
}

/** A verdict's key, trace and data; on late money it names the trade, so that it can't be taken for another verdict. */
function answerTo<Data extends { orderId: string }>(cause: OrderCreated | OrderReinstating, data: Data) {
  return {
    key: data.orderId,
    data: cause.type === 'OrderReinstating' ? { ...data, tradeNo: cause.data.payment.tradeNo } : data,
    ...(cause.traceparent ? { traceparent: cause.traceparent } : {}),
  }
}

/** Money came for an order that was over: every line is held again, or none. There is always an answer. */
function holdAgain(levels: Levels, reservation: Reservation | undefined, cause: OrderReinstating): Change {
  switch (reservation?.status) {
    case 'RELEASED':
    case 'REJECTED':
    // The order's creation has not got through yet; when it does, it is decided already.
    case undefined:
      return hold(levels, cause)
    case 'HELD':
      return {
        ...ignore('already_held'),
        verdict: { type: 'StockReserved', ...answerTo(cause, { orderId: cause.data.orderId }) },
      }
    case 'COMMITTED':
      return {
        ...ignore('already_committed'),
        verdict: { type: 'StockReserved', ...answerTo(cause, { orderId: cause.data.orderId }) },
      }
    default:
      return assertNever(reservation?.status as never)
  }
}

/** Sold units come back on sale: never more of a line than were sold and are not back yet. */
function takeBack(levels: Levels, reservation: Reservation | undefined, back: readonly Line[]): Change {
  switch (reservation?.status) {
    case 'COMMITTED': {
      const units = new Map(back.map(({ sku, quantity }) => [sku, quantity]))
      const isSold = ({ sku, quantity }: Line) =>
        reservation.lines.some(line => line.sku === sku && line.returned + quantity <= line.quantity)
      if (!back.every(isSold)) return reject('more_than_sold')
      const lines = reservation.lines.map(line => ({ ...line, returned: line.returned + (units.get(line.sku) ?? 0) }))
      return {
        answer: { outcome: 'changed', what: 'returned' },
        levels: move(levels, back, 'sold', 'available'),
        reservation: { ...reservation, lines },
      }
    }
    case 'HELD':
    case 'RELEASED':
    case 'REJECTED':
      return reject('stock_not_sold')
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
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
    // Sold is final for the order; single units come back by OrderLinesReturned.
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
  from: 'available' | 'held' | 'sold',
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

function ignore(why: Extract<Answer, { outcome: 'ignored' }>['why']): Change {
  return { answer: { outcome: 'ignored', why } }
}

function reject(why: Extract<Answer, { outcome: 'rejected' }>['why']): Change {
  return { answer: { outcome: 'rejected', why } }
}

function assertNever(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`)
}
