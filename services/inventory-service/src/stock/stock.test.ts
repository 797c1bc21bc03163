import type { StockLevel } from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import { lateTradeNo, levelOf, newOrderId, orderEvent, reserved } from '../test-events.ts'
import {
  type Allocation,
  type Answer,
  allocate,
  type Line,
  type Reservation,
  type ReservationStatus,
  type StockInput,
} from './stock.ts'

const orderId = newOrderId()
const lines: Line[] = [
  { sku: 'cup-01', quantity: 1 },
  { sku: 'tea-01', quantity: 2 },
]

/** Levels in which an order of `lines` stands as the status says; `returned` was sold and is wholly back. */
const levelsIn: Record<ReservationStatus | 'unknown' | 'returned', StockLevel[]> = {
  unknown: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  HELD: [levelOf('cup-01', 4, 1), levelOf('tea-01', 3, 2)],
  COMMITTED: [levelOf('cup-01', 4, 0, 1), levelOf('tea-01', 3, 0, 2)],
  RELEASED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  REJECTED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  returned: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
}

type State = keyof typeof levelsIn
type Row = [state: State, input: StockInput['type'], answer: Answer, then: State]

const changed = (what: Extract<Answer, { outcome: 'changed' }>['what']): Answer => ({ outcome: 'changed', what })
const ignored = (why: Extract<Answer, { outcome: 'ignored' }>['why']): Answer => ({ outcome: 'ignored', why })
const rejected = (why: Extract<Answer, { outcome: 'rejected' }>['why']): Answer => ({ outcome: 'rejected', why })

const table: Row[] = [
  ['unknown', 'OrderCreated', changed('held'), 'HELD'],
  ['unknown', 'OrderPaid', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderExpired', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderCancelled', rejected('unknown_order'), 'unknown'],
  ['unknown', 'OrderRejected', rejected('unknown_order'), 'unknown'],
  ['HELD', 'OrderCreated', ignored('already_decided'), 'HELD'],
  ['HELD', 'OrderPaid', changed('committed'), 'COMMITTED'],
  ['HELD', 'OrderExpired', changed('released'), 'RELEASED'],
  ['HELD', 'OrderCancelled', changed('released'), 'RELEASED'],
  ['HELD', 'OrderRejected', changed('released'), 'RELEASED'],
  ['COMMITTED', 'OrderCreated', ignored('already_decided'), 'COMMITTED'],
  ['COMMITTED', 'OrderPaid', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderExpired', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderCancelled', ignored('already_committed'), 'COMMITTED'],
  ['COMMITTED', 'OrderRejected', ignored('already_committed'), 'COMMITTED'],
  ['RELEASED', 'OrderCreated', ignored('already_decided'), 'RELEASED'],
  ['RELEASED', 'OrderPaid', rejected('stock_not_held'), 'RELEASED'],
  ['RELEASED', 'OrderExpired', ignored('nothing_held'), 'RELEASED'],
  ['RELEASED', 'OrderCancelled', ignored('nothing_held'), 'RELEASED'],
  ['RELEASED', 'OrderRejected', ignored('nothing_held'), 'RELEASED'],
  ['REJECTED', 'OrderCreated', ignored('already_decided'), 'REJECTED'],
  ['REJECTED', 'OrderPaid', rejected('stock_not_held'), 'REJECTED'],
  ['REJECTED', 'OrderExpired', ignored('nothing_held'), 'REJECTED'],
  ['REJECTED', 'OrderCancelled', ignored('nothing_held'), 'REJECTED'],
  ['REJECTED', 'OrderRejected', ignored('nothing_held'), 'REJECTED'],
  ['unknown', 'OrderReinstating', changed('held'), 'HELD'],
  ['HELD', 'OrderReinstating', ignored('already_held'), 'HELD'],
  ['COMMITTED', 'OrderReinstating', ignored('already_committed'), 'COMMITTED'],
  ['RELEASED', 'OrderReinstating', changed('held'), 'HELD'],
  ['REJECTED', 'OrderReinstating', changed('held'), 'HELD'],
  ['unknown', 'OrderLinesReturned', rejected('unknown_order'), 'unknown'],
  ['HELD', 'OrderLinesReturned', rejected('stock_not_sold'), 'HELD'],
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

/** What is known of the order in each state. */
const reservationIn = (state: State): Reservation | undefined => {
  if (state === 'unknown') return undefined
  if (state === 'returned') return { orderId, status: 'COMMITTED', lines: reserved(lines).map(allBack) }
  return { orderId, status: state, lines: reserved(lines) }
}
const allBack = <L extends Line>(line: L) => ({ ...line, returned: line.quantity })

describe('every input in every state of an order', () => {
  it.each(table)('%s + %s', (state, input, answer, then) => {
    const known = reservationIn(state)
    const allocation = allocate(levelsIn[state], known ? [known] : [], [orderEvent(input, orderId, lines)])
    expect(allocation.answers).toEqual([answer])
    if (answer.outcome === 'changed') {
      expect(allocation.reservations).toEqual([reservationIn(then)])
      expect(allocation.levels).toEqual(levelsIn[then])
    } else {
      expect(allocation).toMatchObject({ levels: [], reservations: [] })
    }
    const asks = input === 'OrderReinstating' || (input === 'OrderCreated' && state === 'unknown')
    expect(allocation.verdicts.map(verdict => verdict.type)).toEqual(asks ? ['StockReserved'] : [])
  })

  it('has a row for each', () => {
    expect(new Set(table.map(([state, input]) => `${state} ${input}`)).size).toBe(6 * 7)
  })
})

describe('holding', () => {
  const holding = (levels: StockLevel[], wanted: Line[]): Allocation =>
    allocate(levels, [], [orderEvent('OrderCreated', orderId, wanted)])

  it('says StockReserved when every line is held', () => {
    const { verdicts } = holding(levelsIn.unknown, lines)
    expect(verdicts).toEqual([{ type: 'StockReserved', key: orderId, data: { orderId } }])
  })

  it('holds nothing when one line is short, says by how much, and remembers the refusal', () => {
    const { levels, reservations, verdicts } = holding([levelOf('cup-01', 9), levelOf('tea-01', 1, 8)], lines)
    expect(levels).toEqual([])
    expect(reservations).toEqual([{ orderId, status: 'REJECTED', lines: reserved(lines) }])
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    expect(verdicts).toEqual([{ type: 'StockRejected', key: orderId, data: { orderId, shortages } }])
  })

  it('takes a SKU that is not in the catalogue as a shortage with nothing available', () => {
    const { levels, verdicts } = holding([levelOf('tea-01', 9)], lines)
    expect(levels).toEqual([])
    expect(verdicts[0]?.data).toEqual({ orderId, shortages: [{ sku: 'cup-01', requested: 1, available: 0 }] })
  })

  it('adds up lines of the same SKU before it looks whether they fit', () => {
    const twice = [
      { sku: 'tea-01', quantity: 2 },
      { sku: 'tea-01', quantity: 3 },
    ]
    expect(holding([levelOf('tea-01', 5)], twice).levels).toEqual([levelOf('tea-01', 0, 5)])
    expect(holding([levelOf('tea-01', 4)], twice).verdicts[0]?.data).toEqual({
      orderId,
      shortages: [{ sku: 'tea-01', requested: 5, available: 4 }],
    })
  })

  it('serves a batch in its order: the last unit goes to the first order, and a release makes room for the next', () => {
    const [first, second, third] = [newOrderId(), newOrderId(), newOrderId()]
    const { levels, verdicts, answers } = allocate(
      [levelOf('tea-01', 1)],
      [],
      [
        orderEvent('OrderCreated', first),
        orderEvent('OrderCreated', second),
        orderEvent('OrderCancelled', first),
        orderEvent('OrderCreated', third),
      ],
    )
    expect(verdicts.map(({ type, key }) => [type, key])).toEqual([
      ['StockReserved', first],
      ['StockRejected', second],
      ['StockReserved', third],
    ])
    expect(answers).toEqual([changed('held'), changed('refused'), changed('released'), changed('held')])
    expect(levels).toEqual([levelOf('tea-01', 0, 1)])
  })

  it('carries the trace of the order on to its verdict', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { verdicts } = allocate(levelsIn.unknown, [], [{ ...orderEvent('OrderCreated', orderId), traceparent }])
    expect(verdicts[0]?.traceparent).toBe(traceparent)
  })
})

describe('holding again for late money', () => {
  const again = (levels: StockLevel[], status: ReservationStatus): Allocation =>
    allocate(levels, [{ orderId, status, lines: reserved(lines) }], [orderEvent('OrderReinstating', orderId, lines)])
  const lateData = { orderId, tradeNo: lateTradeNo }

  it('names the trade in its answer, so that it is not taken for the answer to the creation', () => {
    for (const status of ['RELEASED', 'REJECTED', 'HELD', 'COMMITTED'] as const) {
      const { verdicts } = again(levelsIn[status], status)
      expect(verdicts).toEqual([{ type: 'StockReserved', key: orderId, data: lateData }])
    }
  })

  it('holds nothing when one line is gone by now, and says by how much', () => {
    const { levels, reservations, verdicts } = again([levelOf('cup-01', 9), levelOf('tea-01', 1)], 'RELEASED')
    expect(levels).toEqual([])
    expect(reservations).toEqual([{ orderId, status: 'REJECTED', lines: reserved(lines) }])
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    expect(verdicts).toEqual([{ type: 'StockRejected', key: orderId, data: { ...lateData, shortages } }])
  })

  it('can be refused and tried again', () => {
    const short = [levelOf('cup-01', 0, 1), levelOf('tea-01', 2)]
    const other = newOrderId()
    const holder: Reservation = { orderId: other, status: 'HELD', lines: reserved([{ sku: 'cup-01', quantity: 1 }]) }
    const ask = orderEvent('OrderReinstating', orderId, lines)
    const known: Reservation = { orderId, status: 'RELEASED', lines: reserved(lines) }
    const { answers } = allocate(short, [holder, known], [ask, orderEvent('OrderExpired', other), ask])
    expect(answers).toEqual([changed('refused'), changed('released'), changed('held')])
  })
})

describe('taking units back', () => {
  const giveBack = (...back: Line[][]): Allocation =>
    allocate(
      levelsIn.COMMITTED,
      [{ orderId, status: 'COMMITTED', lines: reserved(lines) }],
      back.map(units => orderEvent('OrderLinesReturned', orderId, units)),
    )
  const tea = (quantity: number): Line => ({ sku: 'tea-01', quantity })

  it('puts just these units on sale again', () => {
    const { levels, reservations } = giveBack([tea(1)])
    expect(levels).toEqual([levelOf('tea-01', 4, 0, 1)])
    expect(reservations[0]?.lines).toEqual([
      { sku: 'cup-01', quantity: 1, returned: 0 },
      { sku: 'tea-01', quantity: 2, returned: 1 },
    ])
  })

  it('follows the sale of late money in one batch', () => {
    const events = [
      orderEvent('OrderReinstating', orderId, lines),
      orderEvent('OrderPaid', orderId, lines),
      orderEvent('OrderLinesReturned', orderId, [tea(1)]),
    ]
    const known: Reservation = { orderId, status: 'RELEASED', lines: reserved(lines) }
    const { answers, levels } = allocate([levelOf('cup-01', 1), levelOf('tea-01', 5)], [known], events)
    expect(answers).toEqual([changed('held'), changed('committed'), changed('returned')])
    expect(levels).toEqual([levelOf('cup-01', 0, 0, 1), levelOf('tea-01', 4, 0, 1)])
  })

  it('takes back in several goes what was sold, and not one unit more', () => {
    const { answers, levels } = giveBack([tea(1)], [tea(1)], [tea(1)])
    expect(answers).toEqual([changed('returned'), changed('returned'), rejected('more_than_sold')])
    expect(levels).toEqual([levelOf('tea-01', 5)])
  })

  it('adds up what is said of one SKU before it looks whether it was sold', () => {
    expect(giveBack([tea(1), tea(1)]).answers).toEqual([changed('returned')])
    expect(giveBack([tea(2), tea(1)]).answers).toEqual([rejected('more_than_sold')])
  })

  it('takes nothing back when one of the lines was not sold', () => {
    const { answers, levels } = giveBack([tea(1), { sku: 'pot-01', quantity: 1 }])
    expect(answers).toEqual([rejected('more_than_sold')])
    expect(levels).toEqual([])
  })
})
