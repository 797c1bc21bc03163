import type { StockLevel } from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import {
  type Allocation,
  type Answer,
  adjust,
  allocate,
  type Line,
  type Reservation,
  type ReservationStatus,
  type StockInput,
  suppliedMax,
} from './stock.ts'
import { newOrderId, orderEvent } from './test-events.ts'

const orderId = newOrderId()
const lines: Line[] = [
  { sku: 'cup-01', quantity: 1 },
  { sku: 'tea-01', quantity: 2 },
]
const levelOf = (sku: string, available: number, held = 0, sold = 0): StockLevel => ({
  sku,
  available,
  held,
  sold,
  supplied: available + held + sold,
})

/** Levels in which an order of `lines` stands as the status says. */
const levelsIn: Record<ReservationStatus | 'unknown', StockLevel[]> = {
  unknown: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  HELD: [levelOf('cup-01', 4, 1), levelOf('tea-01', 3, 2)],
  COMMITTED: [levelOf('cup-01', 4, 0, 1), levelOf('tea-01', 3, 0, 2)],
  RELEASED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
  REJECTED: [levelOf('cup-01', 5), levelOf('tea-01', 5)],
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
]

describe('every input in every state of an order', () => {
  it.each(table)('%s + %s', (state, input, answer, then) => {
    const known: Reservation[] = state === 'unknown' ? [] : [{ orderId, status: state, lines }]
    const allocation = allocate(levelsIn[state], known, [orderEvent(input, orderId, lines)])
    expect(allocation.answers).toEqual([answer])
    if (answer.outcome === 'changed') {
      expect(allocation.reservations).toEqual([{ orderId, status: then, lines }])
      expect(allocation.levels).toEqual(levelsIn[then])
    } else {
      expect(allocation).toMatchObject({ levels: [], reservations: [], verdicts: [] })
    }
  })

  it('has a row for each', () => {
    expect(new Set(table.map(([state, input]) => `${state} ${input}`)).size).toBe(5 * 5)
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
    expect(reservations).toEqual([{ orderId, status: 'REJECTED', lines }])
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

describe('adjusting', () => {
  const level = levelOf('tea-01', 3, 2, 1)

  it.each([
    ['lets units in', 10, { outcome: 'changed', level: levelOf('tea-01', 13, 2, 1) }],
    [
      'lets units out down to the last that is available',
      -3,
      { outcome: 'changed', level: levelOf('tea-01', 0, 2, 1) },
    ],
    ['keeps what is held or sold', -4, { outcome: 'rejected', why: 'insufficient_stock' }],
    ['has nothing to do for 0', 0, { outcome: 'ignored', why: 'nothing_to_change' }],
    ['fills up to the most there may be', suppliedMax - 6, { outcome: 'changed' }],
    ['refuses more than can be counted', suppliedMax - 5, { outcome: 'rejected', why: 'too_much_supplied' }],
  ])('%s', (_, delta, expected) => {
    expect(adjust(level, delta)).toMatchObject(expected)
  })
})
