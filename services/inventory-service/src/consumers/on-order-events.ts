import { OrderCancelled, OrderCreated, OrderExpired, OrderPaid, OrderRejected } from '@alipay-checkout/contracts'
import { appendEvents, on, RefusedEvent } from '@alipay-checkout/messaging'
import { Counter, type Registry } from 'prom-client'
import { lockLevels, lockReservations, saveLevels, saveReservations } from '../db/stock.ts'
import { type Allocation, allocate, type StockInput } from '../stock.ts'

/**
 * Holds, commits and releases the stock of a batch of order events: six statements at most, whatever the number of
 * orders and SKUs. An event that contradicts what we know fails the batch: it is parked with its reason, and can be
 * re-driven once what was missing has got through.
 */
export function onOrderEvents({ service, registry }: { service: string; registry: Registry }) {
  const decided = new Counter({
    name: 'stock_decisions_total',
    help: 'What order events did to the stock',
    labelNames: ['type', 'outcome', 'detail'],
    registers: [registry],
  })
  return on([OrderCreated, OrderPaid, OrderExpired, OrderCancelled, OrderRejected], async (tx, events, afterCommit) => {
    // Always reservations first, then levels, each in order: batches can't wait for each other in a circle.
    const reservations = await lockReservations(tx, [...new Set(events.map(event => event.data.orderId))])
    const named = events.flatMap(event => (event.type === 'OrderCreated' ? event.data.lines : []))
    const held = reservations.flatMap(reservation => (reservation.status === 'HELD' ? reservation.lines : []))
    const levels = await lockLevels(tx, [...new Set([...named, ...held].map(line => line.sku))])

    const allocation = allocate(levels, reservations, events)
    refuseContradictions(events, allocation)

    await saveLevels(tx, allocation.levels)
    await saveReservations(tx, allocation.reservations)
    await appendEvents(tx, service, allocation.verdicts, new Date())
    afterCommit(() => count(decided, events, allocation))
  })
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
