import type { NewEvent, OrderCreated, OrderReinstating, Shortage, StockReserved } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import type { Allocation, Decision, Level, Line, Reservation, StockInput, StockResult } from './stock-state.ts'

type Levels = ReadonlyMap<string, Level>

/**
 * Decides order events one after the other. `levels` are the locked levels of every SKU that the inputs or
 * `reservations` name (a SKU without a level is not in the catalogue), `reservations` the stored ones of these orders.
 * The result is the same whether the events come in one batch or in several.
 */
export function allocate(
  levels: readonly Level[],
  reservations: readonly Reservation[],
  inputs: readonly StockInput[],
): Allocation {
  const levelOf = new Map(levels.map(level => [level.sku, level]))
  const reservationOf = new Map(reservations.map(reservation => [reservation.orderId, reservation]))
  const changedLevels = new Set<string>()
  const changedReservations = new Set<string>()
  const events: StockResult[] = []
  const decisions = inputs.map(input => {
    const { orderId } = input.data
    const decision = decide(levelOf, reservationOf.get(orderId), input)
    if (decision.outcome === 'changed') {
      for (const level of decision.levels) {
        levelOf.set(level.sku, level)
        changedLevels.add(level.sku)
      }
      reservationOf.set(orderId, decision.reservation)
      changedReservations.add(orderId)
    }
    if (decision.outcome !== 'rejected') events.push(...decision.events)
    return decision
  })
  return {
    levels: [...changedLevels].map(sku => levelOf.get(sku) as Level),
    reservations: [...changedReservations].map(orderId => reservationOf.get(orderId) as Reservation),
    events,
    decisions,
  }
}

function decide(levels: Levels, reservation: Reservation | undefined, input: StockInput): Decision {
  switch (input.type) {
    case 'OrderCreated':
      return reservation ? ignore('already_decided') : reserve(levels, input)
    case 'OrderPaid':
      return commit(levels, reservation)
    case 'OrderExpired':
    case 'OrderCancelled':
    case 'OrderRejected':
      return release(levels, reservation)
    case 'OrderReinstating':
      return reserveAgain(levels, reservation, input)
    case 'OrderLinesReturned':
      return returnUnits(levels, reservation, mergeLines(input.data.lines))
    default:
      return assertNever(input)
  }
}

/** Reserves every line, or none if one is short. */
function reserve(levels: Levels, cause: OrderCreated | OrderReinstating): Decision {
  const { orderId } = cause.data
  const lines = mergeLines(cause.data.lines).map(line => ({ ...line, returned: 0 }))
  const shortages = lines.flatMap(({ sku, quantity }): Shortage[] => {
    const available = levels.get(sku)?.available ?? 0
    return available < quantity ? [{ sku, requested: quantity, available }] : []
  })
  if (shortages.length > 0) {
    const reservation: Reservation = { orderId, status: 'REJECTED', lines }
    const rejected: StockResult = { type: 'StockRejected', ...resultOf(cause, { orderId, shortages }) }
    return { outcome: 'changed', effect: 'rejected', levels: [], reservation, events: [rejected] }
  }
  return {
    outcome: 'changed',
    effect: 'reserved',
    levels: move(levels, lines, 'available', 'reserved'),
    reservation: { orderId, status: 'RESERVED', lines },
    events: [stockReserved(cause)],
  }
}

function stockReserved(cause: OrderCreated | OrderReinstating): NewEvent<StockReserved> {
  return { type: 'StockReserved', ...resultOf(cause, { orderId: cause.data.orderId }) }
}

/**
 * The key, trace and data of a stock result. The result of an OrderReinstating names the late payment's trade, so that
 * order-service does not take the result of the order's creation for it.
 */
function resultOf<Data extends { orderId: string }>(cause: OrderCreated | OrderReinstating, data: Data) {
  return {
    key: data.orderId,
    data: cause.type === 'OrderReinstating' ? { ...data, tradeNo: cause.data.payment.tradeNo } : data,
    ...(cause.traceparent ? { traceparent: cause.traceparent } : {}),
  }
}

/** Reserves for an order that was paid late. order-service waits for a result in every case. */
function reserveAgain(levels: Levels, reservation: Reservation | undefined, cause: OrderReinstating): Decision {
  switch (reservation?.status) {
    case 'RELEASED':
    case 'REJECTED':
    // OrderCreated is a dead letter. Redriven later, it is ignored as `already_decided`.
    case undefined:
      return reserve(levels, cause)
    case 'RESERVED':
      return ignore('already_reserved', [stockReserved(cause)])
    case 'COMMITTED':
      return ignore('already_committed', [stockReserved(cause)])
    default:
      return assertNever(reservation?.status as never)
  }
}

/** Puts sold units back on sale, at most as many of each line as were sold and not returned yet. */
function returnUnits(levels: Levels, reservation: Reservation | undefined, returned: readonly Line[]): Decision {
  switch (reservation?.status) {
    case 'COMMITTED': {
      const units = new Map(returned.map(({ sku, quantity }) => [sku, quantity]))
      const isSold = ({ sku, quantity }: Line) =>
        reservation.lines.some(line => line.sku === sku && line.returned + quantity <= line.quantity)
      if (!returned.every(isSold)) return reject('more_than_sold')
      const lines = reservation.lines.map(line => ({ ...line, returned: line.returned + (units.get(line.sku) ?? 0) }))
      return {
        outcome: 'changed',
        effect: 'returned',
        levels: move(levels, returned, 'sold', 'available'),
        reservation: { ...reservation, lines },
        events: [],
      }
    }
    case 'RESERVED':
    case 'RELEASED':
    case 'REJECTED':
      return reject('stock_not_sold')
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
  }
}

function commit(levels: Levels, reservation: Reservation | undefined): Decision {
  switch (reservation?.status) {
    case 'RESERVED':
      return {
        outcome: 'changed',
        effect: 'committed',
        levels: move(levels, reservation.lines, 'reserved', 'sold'),
        reservation: { ...reservation, status: 'COMMITTED' },
        events: [],
      }
    case 'COMMITTED':
      return ignore('already_committed')
    // Another order may have the units by now, so an operator must decide.
    case 'RELEASED':
    case 'REJECTED':
      return reject('stock_not_reserved')
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
  }
}

function release(levels: Levels, reservation: Reservation | undefined): Decision {
  switch (reservation?.status) {
    case 'RESERVED':
      return {
        outcome: 'changed',
        effect: 'released',
        levels: move(levels, reservation.lines, 'reserved', 'available'),
        reservation: { ...reservation, status: 'RELEASED' },
        events: [],
      }
    // A sale is final. OrderLinesReturned puts single units back on sale.
    case 'COMMITTED':
      return ignore('already_committed')
    case 'RELEASED':
    case 'REJECTED':
      return ignore('nothing_reserved')
    // OrderCreated is a dead letter. Were this event ignored, a redriven OrderCreated would reserve units that nothing releases.
    case undefined:
      return reject('unknown_order')
    default:
      return assertNever(reservation?.status as never)
  }
}

type Place = 'available' | 'reserved' | 'sold'

function move(levels: Levels, lines: readonly Line[], from: Place, to: Place): Level[] {
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

function ignore(
  reason: Extract<Decision, { outcome: 'ignored' }>['reason'],
  events: readonly StockResult[] = [],
): Decision {
  return { outcome: 'ignored', reason, events }
}

function reject(reason: Extract<Decision, { outcome: 'rejected' }>['reason']): Decision {
  return { outcome: 'rejected', reason }
}
