import {
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderReinstating,
  OrderRejected,
} from '@alipay-checkout/contracts'
import { appendEvents, on, RefusedEvent } from '@alipay-checkout/messaging'
import { Counter, type Registry } from 'prom-client'
import type { StockHistoryEntry } from '../db/schema.ts'
import { lockLevels, lockReservations, saveLevels, saveReservations } from '../db/stock.ts'
import { type Allocation, allocate, type Line, type Reservation, type StockInput } from '../stock.ts'

const types = [
  OrderCreated,
  OrderPaid,
  OrderExpired,
  OrderCancelled,
  OrderRejected,
  OrderReinstating,
  OrderLinesReturned,
] as const

/**
 * Holds, commits, releases and takes back the stock of a batch of order events: six statements at most, whatever the
 * number of orders and SKUs. An event that contradicts what we know fails the batch: it is parked with its reason, and
 * can be re-driven once what was missing has got through.
 */
export function onOrderEvents({ service, registry }: { service: string; registry: Registry }) {
  const decided = new Counter({
    name: 'stock_decisions_total',
    help: 'What order events did to the stock',
    labelNames: ['type', 'outcome', 'detail'],
    registers: [registry],
  })
  return on(types, async (tx, events, afterCommit) => {
    const now = new Date()
    // Always reservations first, then levels, each in order: batches can't wait for each other in a circle.
    const reservations = await lockReservations(tx, [...new Set(events.map(event => event.data.orderId))])
    const levels = await lockLevels(tx, skusTouched(events, reservations))

    const allocation = allocate(levels, reservations, events)
    refuseContradictions(events, allocation)

    await saveLevels(tx, allocation.levels)
    await saveReservations(tx, allocation.reservations, historyOf(events, allocation, now))
    await appendEvents(tx, service, allocation.verdicts, now)
    afterCommit(() => count(decided, events, allocation))
  })
}

/** Every SKU whose level these events may change: those they name, and those held for their orders. */
function skusTouched(events: readonly StockInput[], reservations: readonly Reservation[]): string[] {
  const named = events.flatMap(linesNamed)
  const held = reservations.flatMap(reservation => (reservation.status === 'HELD' ? reservation.lines : []))
  return [...new Set([...named, ...held].map(line => line.sku))]
}

/** The lines that an event is about; of the others, that of the whole order. */
function linesNamed(event: StockInput): readonly Line[] {
  switch (event.type) {
    case 'OrderCreated':
    case 'OrderReinstating':
    case 'OrderLinesReturned':
      return event.data.lines
    default:
      return []
  }
}

/** What is to be remembered of each order: what was done, and which event said so. */
function historyOf(
  events: readonly StockInput[],
  { answers }: Allocation,
  now: Date,
): Map<string, StockHistoryEntry[]> {
  const history = new Map<string, StockHistoryEntry[]>()
  for (const [index, answer] of answers.entries()) {
    if (answer.outcome !== 'changed') continue
    const event = events[index] as StockInput
    const lines = event.type === 'OrderLinesReturned' ? { lines: event.data.lines } : {}
    const entry = { at: now.toISOString(), what: answer.what, cause: `${event.type} ${event.id}`, ...lines }
    const { orderId } = event.data
    history.set(orderId, [...(history.get(orderId) ?? []), entry])
  }
  return history
}

function refuseContradictions(events: readonly StockInput[], { answers }: Allocation): void {
  for (const [index, answer] of answers.entries()) {
    if (answer.outcome !== 'rejected') continue
    const event = events[index] as StockInput
    throw new RefusedEvent(`${event.data.orderId} can't follow ${event.type}: ${answer.why}`)
  }
}

function count(decided: Counter, events: readonly StockInput[], { answers }: Allocation): void {
  for (const [index, answer] of answers.entries()) {
    const { type } = events[index] as StockInput
    const detail = answer.outcome === 'changed' ? answer.what : answer.why
    decided.inc({ type, outcome: answer.outcome, detail })
  }
}
