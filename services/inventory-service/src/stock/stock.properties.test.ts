import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lateTradeNo, newOrderId, orderEvent } from '../test-events.ts'
import { allocate } from './stock.ts'
import type { Allocation, Level, Line, Reservation, StockInput } from './stock-state.ts'

/** The tables of inventory-service, in memory. */
interface Stored {
  levels: Map<string, Level>
  reservations: Map<string, Reservation>
}

const skus = ['cup-01', 'pot-01', 'tea-01']
const orderIds = Array.from({ length: 6 }, newOrderId)

const stored = fc.tuple(...skus.map(() => fc.integer({ min: 0, max: 12 }))).map(
  (supplies): Stored => ({
    levels: new Map(
      skus.map((sku, index) => {
        const supplied = supplies[index] as number
        return [sku, { sku, available: supplied, reserved: 0, sold: 0, supplied }]
      }),
    ),
    reservations: new Map(),
  }),
)
/** Sometimes with an unknown SKU, or with the same SKU twice. */
const someLines = fc.array(
  fc.record({ sku: fc.constantFrom(...skus, 'unknown'), quantity: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 4 },
)
const end = fc.constantFrom('OrderPaid', 'OrderExpired', 'OrderCancelled', 'OrderRejected', undefined)

/** Any events in any order, also sequences that order-service never publishes. */
const anyEvents = fc.array(
  fc
    .tuple(
      fc.constantFrom<StockInput['type']>(
        'OrderCreated',
        'OrderPaid',
        'OrderExpired',
        'OrderCancelled',
        'OrderRejected',
        'OrderReinstating',
        'OrderLinesReturned',
      ),
      fc.constantFrom(...orderIds),
      someLines,
    )
    .map(([type, orderId, lines]) => orderEvent(type, orderId, lines)),
  { maxLength: 40 },
)

/** The events of several orders, each order's in sequence, interleaved. */
const lives = fc
  .tuple(
    fc.tuple(...orderIds.map(() => fc.record({ lines: someLines, end }))),
    fc.shuffledSubarray([...orderIds, ...orderIds], { minLength: orderIds.length * 2 }),
  )
  .map(([plans, turns]) => {
    const ahead = new Map(orderIds.map((orderId, index) => [orderId, lifeOf(orderId, plans[index] as Plan)]))
    return turns.flatMap(orderId => ahead.get(orderId)?.splice(0, 1) ?? [])
  })

interface Plan {
  lines: Line[]
  end: 'OrderPaid' | 'OrderExpired' | 'OrderCancelled' | 'OrderRejected' | undefined
}

function lifeOf(orderId: string, { lines, end }: Plan): StockInput[] {
  return [orderEvent('OrderCreated', orderId, lines), ...(end ? [orderEvent(end, orderId, lines)] : [])]
}

function run({ levels, reservations }: Stored, events: readonly StockInput[]): Allocation & { after: Stored } {
  const allocation = allocate([...levels.values()], [...reservations.values()], events)
  const after = {
    levels: new Map([...levels, ...allocation.levels.map(level => [level.sku, level] as const)]),
    reservations: new Map([
      ...reservations,
      ...allocation.reservations.map(reservation => [reservation.orderId, reservation] as const),
    ]),
  }
  return { ...allocation, after }
}

it('never goes below zero, and available + reserved + sold is what was supplied, whatever the events', () => {
  fc.assert(
    fc.property(stored, anyEvents, (before, events) => {
      for (const level of run(before, events).after.levels.values()) {
        expect(Math.min(level.available, level.reserved, level.sold)).toBeGreaterThanOrEqual(0)
        expect(level.available + level.reserved + level.sold).toBe(level.supplied)
        expect(level.supplied).toBe(before.levels.get(level.sku)?.supplied)
      }
    }),
  )
})

it('keeps levels equal to the sums of the reservations', () => {
  fc.assert(
    fc.property(stored, anyEvents, (before, events) => {
      const { levels, reservations } = run(before, events).after
      const sumOf = (status: string, sku: string) =>
        [...reservations.values()]
          .filter(reservation => reservation.status === status)
          .flatMap(reservation => reservation.lines)
          .reduce((sum, line) => sum + (line.sku === sku ? line.quantity - line.returned : 0), 0)
      for (const { sku, reserved, sold } of levels.values()) {
        expect({ reserved, sold }).toEqual({ reserved: sumOf('RESERVED', sku), sold: sumOf('COMMITTED', sku) })
      }
    }),
  )
})

it('reserves all of an order or none of it, and publishes the result exactly once', () => {
  fc.assert(
    fc.property(stored, lives, (before, events) => {
      const { events: results, after } = run(before, events)
      expect(results.map(({ key }) => key).toSorted()).toEqual([...after.reservations.keys()].toSorted())
      for (const { type, key } of results) {
        const refused = after.reservations.get(key)?.status === 'REJECTED'
        expect(type).toBe(refused ? 'StockRejected' : 'StockReserved')
      }
    }),
  )
})

it('publishes one result per order and one per late payment, in the order of their events', () => {
  fc.assert(
    fc.property(stored, anyEvents, (before, events) => {
      const { events: results } = run(before, events)
      const known = new Set<string>()
      const expected = events.flatMap((event): { orderId: string; tradeNo: string | undefined }[] => {
        const { orderId } = event.data
        const isNew = !known.has(orderId)
        if (event.type === 'OrderCreated' || event.type === 'OrderReinstating') known.add(orderId)
        if (event.type === 'OrderReinstating') return [{ orderId, tradeNo: lateTradeNo }]
        return event.type === 'OrderCreated' && isNew ? [{ orderId, tradeNo: undefined }] : []
      })
      expect(results.map(({ data: { orderId, tradeNo } }) => ({ orderId, tradeNo }))).toEqual(expected)
    }),
  )
})

it('reserves for a late payment exactly when it would reserve for a new order of the same lines', () => {
  fc.assert(
    fc.property(stored, lives, someLines, (before, events, lines) => {
      const { after } = run(before, events)
      const late = newOrderId()
      const over = run(after, [orderEvent('OrderCreated', late, lines), orderEvent('OrderExpired', late)]).after
      const again = run(over, [orderEvent('OrderReinstating', late, lines)])
      const fresh = run(over, [orderEvent('OrderCreated', newOrderId(), lines)])
      expect(again.events[0]?.type).toBe(fresh.events[0]?.type)
      expect(again.levels).toEqual(fresh.levels)
    }),
  )
})

it('decides the same in one batch, in two, or event by event', () => {
  fc.assert(
    fc.property(stored, anyEvents, fc.nat(), (before, events, cutAt) => {
      const whole = run(before, events)
      const cut = cutAt % (events.length + 1)
      for (const batches of [[events.slice(0, cut), events.slice(cut)], events.map(event => [event])]) {
        let current = before
        const published: unknown[] = []
        const decisions: unknown[] = []
        for (const batch of batches) {
          const step = run(current, batch)
          current = step.after
          published.push(...step.events)
          decisions.push(...step.decisions)
        }
        expect({ stored: current, events: published, decisions }).toEqual({
          stored: whole.after,
          events: whole.events,
          decisions: whole.decisions,
        })
      }
    }),
  )
})

it('changes nothing when all events are repeated', () => {
  fc.assert(
    fc.property(stored, lives, (before, events) => {
      const once = run(before, events)
      const again = run(once.after, events)
      expect(again).toMatchObject({ levels: [], reservations: [], events: [] })
    }),
  )
})
