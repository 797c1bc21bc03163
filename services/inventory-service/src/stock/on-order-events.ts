import {
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderReinstating,
  OrderRejected,
} from '@alipay-checkout/contracts'
import { onLoaded, outboxInserts, RefusedEvent } from '@alipay-checkout/messaging'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { Counter, type Registry } from 'prom-client'
import type { StockHistoryEntry } from './schema.ts'
import { type Allocation, allocate, type Line, type StockInput } from './stock.ts'
import {
  findApplied,
  operationInserts,
  operationKey,
  operationOf,
  type StockOperation,
} from './stock-operation-store.ts'
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
  return onLoaded(
    types,
    async (tx, events) => {
      const orderIds = [...new Set(events.map(event => event.data.orderId))]
      const skus = [...new Set(events.flatMap(linesNamed).map(line => line.sku))]
      // Always levels first, then reservations, each in order, so that two batches can't deadlock. The reservations, and
      // the operations that were applied, are read by later statements than the one that may wait for a level, so that
      // they include what the transaction that held the level has inserted (PostgreSQL, READ COMMITTED).
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
          ...outboxInserts(service, allocation.verdicts, now),
        ],
        quiet: allocation.verdicts.length === 0,
        afterCommit() {
          count(decided, events, allocation)
          for (const { type } of repeats) decided.inc({ type, outcome: 'ignored', detail: 'already_applied' })
        },
      }
    },
  )
}

/** Leaves out what has been applied already, by the ids of the changes themselves; the inbox knows events' ids for a while only. */
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

/** The lines that an event names; the others are about what is reserved for their orders. */
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
