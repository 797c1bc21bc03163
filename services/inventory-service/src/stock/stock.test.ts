import { describe, expect, it } from 'vitest'
import { lateTradeNo, levelOf, newOrderId, orderEvent, reservedLines } from '../test-events.ts'
import { allocate } from './stock.ts'
import type { Allocation, Decision, Level, Line, Reservation, ReservationStatus, StockInput } from './stock-state.ts'

const orderId = newOrderId()
const lines: Line[] = [
  { sku: 'cup-01', quantity: 1 },
  { sku: 'tea-01', quantity: 2 },
]

/** The levels for an order of `lines` with this status; `returned`: sold, and all units returned. */
const levelsIn: Record<ReservationStatus | 'unknown' | 'returned', Level[]> = {
  unknown: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  RESERVED: [levelOf('cup-01', 4, 1), levelOf('tea-01', 3, 2)],
  COMMITTED: [levelOf('cup-01', 4, 0, 1), levelOf('tea-01', 3, 0, 2)],
  RELEASED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  REJECTED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  returned: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
}

type State = keyof typeof levelsIn
type Outcome<O extends Decision['outcome']> = Extract<Decision, { outcome: O }>
type Row = [state: State, input: StockInput['type'], decision: Partial<Decision>, then: State]

const changed = (effect: Outcome<'changed'>['effect']) => ({ outcome: 'changed', effect }) as const
const ignored = (reason: Outcome<'ignored'>['reason']) => ({ outcome: 'ignored', reason }) as const
const rejected = (reason: Outcome<'rejected'>['reason']) => ({ outcome: 'rejected', reason }) as const

const table: Row[] = [
  ['unknown', 'OrderCreated', changed('reserved'), 'RESERVED'],
  ['unknown', 'OrderPaid', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderExpired', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderCancelled', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderRejected', rejected('unknown_order'), 'unknown'],
  ['RESERVED', 'OrderCreated', ignored('already_decided'), 'RESERVED'],
  ['RESERVED', 'OrderPaid', changed('committed'), 'COMMITTED'],
  ['RESERVED', 'OrderExpired', changed('released'), 'RELEASED'],
  ['RESERVED', 'OrderCancelled', changed('released'), 'RELEASED'],
  ['RESERVED', 'OrderRejected', changed('released'), 'RELEASED'],
  ['COMMITTED', 'OrderCreated', ignored('already_decided'), 'COMMITTED'],
  ['COMMITTED', 'OrderPaid', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderExpired', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderCancelled', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderRejected', ignored('already_committed'), 'COMMITTED'],
  ['RELEASED', 'OrderCreated', ignored('already_decided'), 'RELEASED'],
  ['RELEASED', 'OrderPaid', rejected('stock_not_reserved'), 'RELEASED'],
  ['RELEASED', 'OrderExpired', ignored('nothing_reserved'), 'RELEASED'],
  ['RELEASED', 'OrderCancelled', ignored('nothing_reserved'), 'RELEASED'],
  ['RELEASED', 'OrderRejected', ignored('nothing_reserved'), 'RELEASED'],
  ['REJECTED', 'OrderCreated', ignored('already_decided'), 'REJECTED'],
  ['REJECTED', 'OrderPaid', rejected('stock_not_reserved'), 'REJECTED'],
  ['REJECTED', 'OrderExpired', ignored('nothing_reserved'), 'REJECTED'],
  ['REJECTED', 'OrderCancelled', ignored('nothing_reserved'), 'REJECTED'],
  ['REJECTED', 'OrderRejected', ignored('nothing_reserved'), 'REJECTED'],
  ['unknown', 'OrderReinstating', changed('reserved'), 'RESERVED'],
  ['RESERVED', 'OrderReinstating', ignored('already_reserved'), 'RESERVED'],
  ['COMMITTED', 'OrderReinstating', ignored('already_committed'), 'COMMITTED'],
  ['RELEASED', 'OrderReinstating', changed('reserved'), 'RESERVED'],
  ['REJECTED', 'OrderReinstating', changed('reserved'), 'RESERVED'],
  ['unknown', 'OrderLinesReturned', rejected('unknown_order'), 'unknown'],
  ['RESERVED', 'OrderLinesReturned', rejected('stock_not_sold'), 'RESERVED'],
  ['COMMITTED', 'OrderLinesReturned', changed('returned'), 'returned'],
  ['returned', 'OrderLinesReturned', rejected('more_than_sold'), 'returned'],
  ['RELEASED', 'OrderLinesReturned', rejected('stock_not_sold'), 'RELEASED'],
  ['REJECTED', 'OrderLinesReturned', rejected('stock_not_sold'), 'REJECTED'],
  ['returned', 'OrderCreated', ignored('already_decided'), 'returned'],
  ['returned', 'OrderPaid', ignored('already_committed'), 'returned'],
  ['returned', 'OrderExpired', ignored('already_committed'), 'returned'],
  ['returned', 'OrderCancelled', ignored('already_committed'), 'returned'],
  ['returned', 'OrderRejected', ignored('already_committed'), 'returned'],
  ['returned', 'OrderReinstating', ignored('already_committed'), 'returned'],
]

/** The stored reservation of the order in each state. */
const reservationIn = (state: State): Reservation | undefined => {
  if (state === 'unknown') return undefined
  if (state === 'returned') return { orderId, status: 'COMMITTED', lines: reservedLines(lines).map(allReturned) }
  return { orderId, status: state, lines: reservedLines(lines) }
}
const allReturned = <L extends Line>(line: L) => ({ ...line, returned: line.quantity })

describe('the decision about an order', () => {
  it.each(table)('%s + %s', (state, input, decision, then) => {
    const known = reservationIn(state)
    const allocation = allocate(levelsIn[state], known ? [known] : [], [orderEvent(input, orderId, lines)])
    expect(allocation.decisions).toMatchObject([decision])
    if (decision.outcome === 'changed') {
      expect(allocation.reservations).toEqual([reservationIn(then)])
      expect(allocation.levels).toEqual(levelsIn[then])
    } else {
      expect(allocation).toMatchObject({ levels: [], reservations: [] })
    }
    const reserves = input === 'OrderReinstating' || (input === 'OrderCreated' && state === 'unknown')
    expect(allocation.events.map(({ type }) => type)).toEqual(reserves ? ['StockReserved'] : [])
  })

  it('is in the table for every state and input', () => {
    expect(new Set(table.map(([state, input]) => `${state} ${input}`)).size).toBe(6 * 7)
  })
})

describe('reserving', () => {
  const reserving = (levels: Level[], wanted: Line[]): Allocation =>
    allocate(levels, [], [orderEvent('OrderCreated', orderId, wanted)])

  it('publishes StockReserved when every line is reserved', () => {
    const { events } = reserving(levelsIn.unknown, lines)
    expect(events).toEqual([{ type: 'StockReserved', key: orderId, data: { orderId } }])
  })

  it('reserves nothing when one line is short, names the shortage and stores the rejection', () => {
    const { levels, reservations, events } = reserving([levelOf('cup-01', 9), levelOf('tea-01', 1, 8)], lines)
    expect(levels).toEqual([])
    expect(reservations).toEqual([{ orderId, status: 'REJECTED', lines: reservedLines(lines) }])
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    expect(events).toEqual([{ type: 'StockRejected', key: orderId, data: { orderId, shortages } }])
  })

  it('treats a SKU that is not in the catalogue as a shortage with nothing available', () => {
    const { levels, events } = reserving([levelOf('tea-01', 9)], lines)
    expect(levels).toEqual([])
    expect(events[0]?.data).toEqual({ orderId, shortages: [{ sku: 'cup-01', requested: 1, available: 0 }] })
  })

  it('adds up lines of the same SKU before it compares them with the level', () => {
    const twice = [
      { sku: 'tea-01', quantity: 2 },
      { sku: 'tea-01', quantity: 3 },
    ]
    expect(reserving([levelOf('tea-01', 5)], twice).levels).toEqual([levelOf('tea-01', 0, 5)])
    expect(reserving([levelOf('tea-01', 4)], twice).events[0]?.data).toEqual({
      orderId,
      shortages: [{ sku: 'tea-01', requested: 5, available: 4 }],
    })
  })

  it('decides a batch in order: the first order gets the last unit, and a release makes it available again', () => {
    const [first, second, third] = [newOrderId(), newOrderId(), newOrderId()]
    const { levels, events, decisions } = allocate(
      [levelOf('tea-01', 1)],
      [],
      [
        orderEvent('OrderCreated', first),
        orderEvent('OrderCreated', second),
        orderEvent('OrderCancelled', first),
        orderEvent('OrderCreated', third),
      ],
    )
    expect(events.map(({ type, key }) => [type, key])).toEqual([
      ['StockReserved', first],
      ['StockRejected', second],
      ['StockReserved', third],
    ])
    expect(decisions).toMatchObject([
      changed('reserved'),
      changed('rejected'),
      changed('released'),
      changed('reserved'),
    ])
    expect(levels).toEqual([levelOf('tea-01', 0, 1)])
  })

  it('passes the trace of the order on to its stock result', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { events } = allocate(levelsIn.unknown, [], [{ ...orderEvent('OrderCreated', orderId), traceparent }])
    expect(events[0]?.traceparent).toBe(traceparent)
  })
})

describe('reserving again for a late payment', () => {
  const again = (levels: Level[], status: ReservationStatus): Allocation =>
    allocate(
      levels,
      [{ orderId, status, lines: reservedLines(lines) }],
      [orderEvent('OrderReinstating', orderId, lines)],
    )
  const lateData = { orderId, tradeNo: lateTradeNo }

  it('names the trade in the stock result, so that it differs from the result of the creation', () => {
    for (const status of ['RELEASED', 'REJECTED', 'RESERVED', 'COMMITTED'] as const) {
      const { events } = again(levelsIn[status], status)
      expect(events).toEqual([{ type: 'StockReserved', key: orderId, data: lateData }])
    }
  })

  it('reserves nothing when one line is sold by now, and names the shortage', () => {
    const { levels, reservations, events } = again([levelOf('cup-01', 9), levelOf('tea-01', 1)], 'RELEASED')
    expect(levels).toEqual([])
    expect(reservations).toEqual([{ orderId, status: 'REJECTED', lines: reservedLines(lines) }])
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    expect(events).toEqual([{ type: 'StockRejected', key: orderId, data: { ...lateData, shortages } }])
  })

  it('can be rejected and tried again', () => {
    const short = [levelOf('cup-01', 0, 1), levelOf('tea-01', 2)]
    const other = newOrderId()
    const holder: Reservation = {
      orderId: other,
      status: 'RESERVED',
      lines: reservedLines([{ sku: 'cup-01', quantity: 1 }]),
    }
    const reinstating = orderEvent('OrderReinstating', orderId, lines)
    const known: Reservation = { orderId, status: 'RELEASED', lines: reservedLines(lines) }
    const { decisions } = allocate(
      short,
      [holder, known],
      [reinstating, orderEvent('OrderExpired', other), reinstating],
    )
    expect(decisions).toMatchObject([changed('rejected'), changed('released'), changed('reserved')])
  })
})

describe('returning units', () => {
  const returnUnits = (...returned: Line[][]): Allocation =>
    allocate(
      levelsIn.COMMITTED,
      [{ orderId, status: 'COMMITTED', lines: reservedLines(lines) }],
      returned.map(units => orderEvent('OrderLinesReturned', orderId, units)),
    )
  const tea = (quantity: number): Line => ({ sku: 'tea-01', quantity })

  it('puts only these units on sale again', () => {
    const { levels, reservations } = returnUnits([tea(1)])
    expect(levels).toEqual([levelOf('tea-01', 4, 0, 1)])
    expect(reservations[0]?.lines).toEqual([
      { sku: 'cup-01', quantity: 1, returned: 0 },
      { sku: 'tea-01', quantity: 2, returned: 1 },
    ])
  })

  it('can follow the sale of a late payment in the same batch', () => {
    const inputs = [
      orderEvent('OrderReinstating', orderId, lines),
      orderEvent('OrderPaid', orderId, lines),
      orderEvent('OrderLinesReturned', orderId, [tea(1)]),
    ]
    const known: Reservation = { orderId, status: 'RELEASED', lines: reservedLines(lines) }
    const { decisions, levels } = allocate([levelOf('cup-01', 1), levelOf('tea-01', 5)], [known], inputs)
    expect(decisions).toMatchObject([changed('reserved'), changed('committed'), changed('returned')])
    expect(levels).toEqual([levelOf('cup-01', 0, 0, 1), levelOf('tea-01', 4, 0, 1)])
  })

  it('returns sold units in several steps, and not one unit more', () => {
    const { decisions, levels } = returnUnits([tea(1)], [tea(1)], [tea(1)])
    expect(decisions).toMatchObject([changed('returned'), changed('returned'), rejected('more_than_sold')])
    expect(levels).toEqual([levelOf('tea-01', 5)])
  })

  it('adds up lines of the same SKU before it compares them with what was sold', () => {
    expect(returnUnits([tea(1), tea(1)]).decisions).toMatchObject([changed('returned')])
    expect(returnUnits([tea(2), tea(1)]).decisions).toMatchObject([rejected('more_than_sold')])
  })

  it('returns nothing when one of the lines was not sold', () => {
    const { decisions, levels } = returnUnits([tea(1), { sku: 'pot-01', quantity: 1 }])
    expect(decisions).toMatchObject([rejected('more_than_sold')])
    expect(levels).toEqual([])
  })
})
