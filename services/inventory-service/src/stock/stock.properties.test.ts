import type { StockLevel } from '@alipay-checkout/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lateTradeNo, newOrderId, orderEvent } from '../test-events.ts'
import { type Allocation, allocate, type Line, type Reservation, type StockInput } from './stock.ts'

/** Everything inventory knows, kept in memory. */
interface Books {
  levels: Map<string, StockLevel>
  reservations: Map<string, Reservation>
}

const skus = ['cup-01', 'pot-01', 'tea-01']
const orderIds = Array.from({ length: 6 }, newOrderId)

const books = fc.tuple(...skus.map(() => fc.integer({ min: 0, max: 12 }))).map(
  (supplies): Books => ({
    levels: new Map(
      skus.map((sku, index) => {
        const supplied = supplies[index] as number
        return [sku, { sku, available: supplied, held: 0, sold: 0, supplied }]
      }),
    ),
    reservations: new Map(),
  }),
)
/** Now and then a SKU nobody knows, or the same one twice. */
const someLines = fc.array(
  fc.record({ sku: fc.constantFrom(...skus, 'unknown'), quantity: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 4 },
)
const end = fc.constantFrom('OrderPaid', 'OrderExpired', 'OrderCancelled', 'OrderRejected', undefined)

/** Any events at all, in any order: also such as no order-service would say. */
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

/** The lives of several orders, each in its order, mixed with each other. */
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

function run({ levels, reservations }: Books, events: readonly StockInput[]): Allocation & { after: Books } {
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

it('never goes below zero, and available + held + sold is what was supplied, whatever comes', () => {
  fc.assert(
    fc.property(books, anyEvents, (before, events) => {
      for (const level of run(before, events).after.levels.values()) {
        expect(Math.min(level.available, level.held, level.sold)).toBeGreaterThanOrEqual(0)
        expect(level.available + level.held + level.sold).toBe(level.supplied)
        expect(level.supplied).toBe(before.levels.get(level.sku)?.supplied)
      }
    }),
  )
})

it('holds and sells exactly what the reservations say', () => {
  fc.assert(
    fc.property(books, anyEvents, (before, events) => {
      const { levels, reservations } = run(before, events).after
      const sumOf = (status: string, sku: string) =>
        [...reservations.values()]
          .filter(reservation => reservation.status === status)
          .flatMap(reservation => reservation.lines)
          .reduce((sum, line) => sum + (line.sku === sku ? line.quantity - line.returned : 0), 0)
      for (const { sku, held, sold } of levels.values()) {
        expect({ held, sold }).toEqual({ held: sumOf('HELD', sku), sold: sumOf('COMMITTED', sku) })
      }
    }),
  )
})

it('holds all of an order or none of it, and says so exactly once', () => {
  fc.assert(
    fc.property(books, lives, (before, events) => {
      const { verdicts, after } = run(before, events)
      expect(verdicts.map(verdict => verdict.key).toSorted()).toEqual([...after.reservations.keys()].toSorted())
      for (const { type, key } of verdicts) {
        const refused = after.reservations.get(key)?.status === 'REJECTED'
        expect(type).toBe(refused ? 'StockRejected' : 'StockReserved')
      }
    }),
  )
})

it('answers every order once, and all late money, in the order in which they came', () => {
  fc.assert(
    fc.property(books, anyEvents, (before, events) => {
      const { verdicts } = run(before, events)
      const known = new Set<string>()
      const asked = events.flatMap((event): { orderId: string; tradeNo: string | undefined }[] => {
        const { orderId } = event.data
        const isNew = !known.has(orderId)
        if (event.type === 'OrderCreated' || event.type === 'OrderReinstating') known.add(orderId)
        if (event.type === 'OrderReinstating') return [{ orderId, tradeNo: lateTradeNo }]
        return event.type === 'OrderCreated' && isNew ? [{ orderId, tradeNo: undefined }] : []
      })
      expect(verdicts.map(({ data: { orderId, tradeNo } }) => ({ orderId, tradeNo }))).toEqual(asked)
    }),
  )
})

it('late money gets its stock exactly when a new order for the same would get it', () => {
  fc.assert(
    fc.property(books, lives, someLines, (before, events, lines) => {
      const { after } = run(before, events)
      const late = newOrderId()
      const over = run(after, [orderEvent('OrderCreated', late, lines), orderEvent('OrderExpired', late)]).after
      const again = run(over, [orderEvent('OrderReinstating', late, lines)])
      const fresh = run(over, [orderEvent('OrderCreated', newOrderId(), lines)])
      expect(again.verdicts[0]?.type).toBe(fresh.verdicts[0]?.type)
      expect(again.levels).toEqual(fresh.levels)
    }),
  )
})

it('comes to the same result in one batch, in two, or event by event', () => {
  fc.assert(
    fc.property(books, anyEvents, fc.nat(), (before, events, cutAt) => {
      const whole = run(before, events)
      const cut = cutAt % (events.length + 1)
      for (const batches of [[events.slice(0, cut), events.slice(cut)], events.map(event => [event])]) {
        let books = before
        const verdicts: unknown[] = []
        const answers: unknown[] = []
        for (const batch of batches) {
          const step = run(books, batch)
          books = step.after
          verdicts.push(...step.verdicts)
          answers.push(...step.answers)
        }
        expect({ books, verdicts, answers }).toEqual({
          books: whole.after,
          verdicts: whole.verdicts,
          answers: whole.answers,
        })
      }
    }),
  )
})

it('changes nothing when orders are told all over again', () => {
  fc.assert(
    fc.property(books, lives, (before, events) => {
      const once = run(before, events)
      const again = run(once.after, events)
      expect(again).toMatchObject({ levels: [], reservations: [], verdicts: [] })
    }),
  )
})
