import {
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderReinstating,
  OrderRejected,
} from '@alipay-checkout/contracts'
import { onLoaded, RefusedEvent } from '@alipay-checkout/messaging'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { Counter, type Registry } from 'prom-client'
import type { StockHistoryEntry } from './schema.ts'
import { allocate } from './stock.ts'
import {
  findApplied,
  operationInserts,
  operationKey,
  operationOf,
  type StockOperation,
} from './stock-operation-store.ts'
import type { Allocation, Line, StockInput } from './stock-state.ts'
import { levelUpdates, lockLevels, lockReservations, reservationUpserts } from './stock-store.ts'

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
 * Reserves, commits, releases and returns the stock of a batch of order events, with a number of statements that does not
 * depend on the number of orders and SKUs. An event that contradicts the stored stock fails the batch and becomes a dead
 * letter with that reason.
 */
export function onOrderEvents({ registry }: { registry: Registry }) {
  const decisionsTotal = new Counter({
    name: 'stock_decisions_total',
    help: 'What order events did to the stock',
    labelNames: ['type', 'outcome', 'detail'],
    registers: [registry],
  })
  return onLoaded(
    types,
    async (tx, events) => {
      const orderIds = [...new Set(events.map(event => event.data.orderId))]
      const skus = [...new Set(events.flatMap(linesOf).map(line => line.sku))]
      // Levels are locked before reservations, each in a fixed order, so that two batches can't deadlock. Reservations and
      // applied operations are read by later statements than the one that may wait for a level, so that they include what
      // the transaction that had locked the level has inserted (PostgreSQL, READ COMMITTED).
      const [levels, reservations, applied, now] = await Promise.all([
        lockLevels(tx, { skus, orderIds }),
        lockReservations(tx, orderIds),
        findApplied(tx, events.flatMap(operationOf)),
        databaseNow(tx),
      ])
      return { reservations, levels, applied, now }
    },
    ({ reservations, levels, applied, now }, all) => {
      const { events, repeats, operations } = withoutRepeats(all, applied)
      const allocation = allocate(levels, reservations, events)
      refuseContradictions(events, allocation)
      return {
        writes: [
          ...levelUpdates(allocation.levels),
          ...reservationUpserts(allocation.reservations, historyOf(events, allocation, now)),
          ...operationInserts(operations),
        ],
        events: allocation.events,
        now,
        afterCommit() {
          count(decisionsTotal, events, allocation)
          for (const { type } of repeats) decisionsTotal.inc({ type, outcome: 'ignored', detail: 'already_applied' })
        },
      }
    },
  )
}

/** Separates events whose operation was applied before. The inbox does not recognise all repeats, because it deletes event ids after retention. */
function withoutRepeats(all: readonly StockInput[], applied: ReadonlySet<string>) {
  const seen = new Set(applied)
  const events: StockInput[] = []
  const repeats: StockInput[] = []
  const operations: StockOperation[] = []
  for (const event of all) {
    const its = operationOf(event)
    if (its.some(operation => seen.has(operationKey(operation)))) {
      repeats.push(event)
      continue
    }
    events.push(event)
    operations.push(...its)
    for (const operation of its) seen.add(operationKey(operation))
  }
  return { events, repeats, operations }
}

/** The lines that an event names. Events without lines concern all lines that are reserved for their order. */
function linesOf(event: StockInput): readonly Line[] {
  switch (event.type) {
    case 'OrderCreated':
    case 'OrderReinstating':
    case 'OrderLinesReturned':
      return event.data.lines
    default:
      return []
  }
}

/** The history entries of each changed order. */
function historyOf(
  events: readonly StockInput[],
  { decisions }: Allocation,
  now: Date,
): Map<string, StockHistoryEntry[]> {
  const history = new Map<string, StockHistoryEntry[]>()
  for (const [index, decision] of decisions.entries()) {
    if (decision.outcome !== 'changed') continue
    const event = events[index] as StockInput
    const lines = event.type === 'OrderLinesReturned' ? { lines: event.data.lines } : {}
    const entry = { at: now.toISOString(), what: decision.effect, cause: `${event.type} ${event.id}`, ...lines }
    const { orderId } = event.data
    history.set(orderId, [...(history.get(orderId) ?? []), entry])
  }
  return history
}

function refuseContradictions(events: readonly StockInput[], { decisions }: Allocation): void {
  for (const [index, decision] of decisions.entries()) {
    if (decision.outcome !== 'rejected') continue
    const event = events[index] as StockInput
    throw new RefusedEvent(`${decision.reason}: ${event.type} for ${event.data.orderId}`)
  }
}

function count(decisionsTotal: Counter, events: readonly StockInput[], { decisions }: Allocation): void {
  for (const [index, decision] of decisions.entries()) {
    const { type } = events[index] as StockInput
    const detail = decision.outcome === 'changed' ? decision.effect : decision.reason
    decisionsTotal.inc({ type, outcome: decision.outcome, detail })
  }
}
