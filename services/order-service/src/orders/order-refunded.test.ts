import type { LineUnits, OrderRefunded } from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import { completeAfterMs, now, orderId, orderIn, otherPayment, payment, refunded } from '../test-orders.ts'
import { decideAll } from './decide-all.ts'
import { left, refundedShippedLines, withShipments } from './fulfilment.ts'
import type { Input, Order, OrderShipment } from './order-state.ts'

const tea = (quantity: number): LineUnits => ({ sku: 'tea-01', quantity })
const { tradeNo } = payment
const reserved: Input = { type: 'stockReserved', tradeNo }
const paid: Input = { type: 'paymentSucceeded', payment }

function after(order: Order, ...inputs: Input[]) {
  const decided = decideAll(
    [order],
    inputs.map(input => ({ orderId, input, cause: 'a test' })),
    now,
  )
  const refunds = decided.events.flatMap(event => (event.type === 'OrderRefunded' ? [event.data] : []))
  return { order: decided.changed[0] ?? order, types: decided.events.map(({ type }) => type), refunds }
}

/** What an OrderRefunded says about sums and units. */
const summaryOf = ({ refundedFen, isWhole, lines, shippedLines }: OrderRefunded['data']) =>
  `${refundedFen}${isWhole ? ' whole' : ''}, units ${unitsOf(lines)}, shipped ${unitsOf(shippedLines)}`
const unitsOf = (lines: readonly LineUnits[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0)

function shipped(quantity: number, isDelivered = false): Order {
  const shipment: OrderShipment = {
    shipmentId: `shp_${orderId.slice(4)}_1`,
    carrier: 'SF',
    trackingNumber: '1',
    lines: [tea(quantity)],
    shippedAt: now.toISOString(),
    by: 'packer',
    ...(isDelivered ? { deliveredAt: now.toISOString() } : {}),
  }
  return withShipments(orderIn('PAID'), [shipment], { now, completeAfterMs })
}

const one = refunded(100, { refundId: `ref_${'1'.repeat(32)}`, lines: [tea(1)] })
const rest = refunded(25700, { refundId: `ref_${'2'.repeat(32)}`, refundedFen: 25800 })
const amount = refunded(50)
const whole = refunded(25800)

describe('a refund of the payment of an order', () => {
  it('is published with its reason, amounts, units and time', () => {
    const { amountFen, refundId, refundedAt } = one.refund
    expect(after(orderIn('PAID'), one).refunds).toEqual([
      {
        orderId,
        refundId,
        reason: 'requested',
        amountFen,
        refundedFen: 100,
        isWhole: false,
        lines: [tea(1)],
        shippedLines: [],
        refundedAt,
      },
    ])
  })

  it.each<[what: string, order: Order, inputs: Input[], expected: string[]]>([
    ['of an amount', orderIn('PAID'), [amount], ['50, units 0, shipped 0']],
    ['of the whole', orderIn('PAID'), [whole], ['25800 whole, units 2, shipped 0']],
    [
      'by line, then the rest',
      orderIn('PAID'),
      [one, rest],
      ['100, units 1, shipped 0', '25800 whole, units 1, shipped 0'],
    ],
    ['that is repeated', orderIn('PAID'), [one, one], ['100, units 1, shipped 0']],
    // What an earlier refund took is in the event of the whole already.
    [
      'that comes after a later one',
      orderIn('PAID'),
      [rest, one],
      ['25800 whole, units 2, shipped 0', '25800 whole, units 0, shipped 0'],
    ],
    ['by line of a shipped unit', shipped(2), [one], ['100, units 1, shipped 1']],
    ['by line of the unit that is left', shipped(1), [one], ['100, units 1, shipped 0']],
    [
      'by line, then the shipped rest',
      shipped(1),
      [one, rest],
      ['100, units 1, shipped 0', '25800 whole, units 1, shipped 1'],
    ],
    ['of the whole after all is shipped', shipped(2), [whole], ['25800 whole, units 2, shipped 2']],
    [
      'of returned units, without lines',
      orderIn('PAID'),
      [refunded(100, { returned: [tea(1)] })],
      ['100, units 1, shipped 0'],
    ],
    ['of another trade', orderIn('PAID'), [refunded(25800, otherPayment)], []],
    ['while nothing is paid', orderIn('EXPIRED'), [one], []],
  ])('%s', (_what, order, inputs, expected) => {
    expect(after(order, ...inputs).refunds.map(summaryOf)).toEqual(expected)
  })

  it('takes its units from what is left to ship', () => {
    expect(left(after(orderIn('PAID'), one).order)).toEqual([tea(1)])
    expect(left(after(orderIn('PAID'), amount).order)).toEqual([tea(2)])
    expect(left(after(orderIn('PAID'), one, rest).order)).toEqual([])
    expect(left(after(orderIn('PAID'), refunded(100, { ...otherPayment, lines: [tea(1)] })).order)).toEqual([tea(2)])
    expect(refundedShippedLines(after(shipped(2), one).order)).toEqual([tea(1)])
    expect(refundedShippedLines(after(shipped(2), whole).order)).toEqual([tea(2)])
  })
})

describe('the fulfilment status after a refund', () => {
  const statusOf = (order: Order, input: Input) => after(order, input).order.fulfilment.status

  it('is SHIPPED or DELIVERED if the refund leaves nothing to ship', () => {
    expect(statusOf(shipped(1), one)).toBe('SHIPPED')
    expect(statusOf(shipped(1), whole)).toBe('SHIPPED')
    expect(statusOf(shipped(1), amount)).toBe('PARTIALLY_SHIPPED')
    expect(statusOf(orderIn('PAID'), whole)).toBe('UNFULFILLED')
    const completeAt = new Date(now.getTime() + completeAfterMs)
    expect(after(shipped(1, true), one).order.fulfilment).toMatchObject({ status: 'DELIVERED', completeAt })
  })

  it('leaves a COMPLETED order COMPLETED, and a DELIVERED one due when it was', () => {
    const delivered = shipped(2, true)
    const completed = { ...delivered, fulfilment: { ...delivered.fulfilment, status: 'COMPLETED' } } as Order
    expect(statusOf(completed, whole)).toBe('COMPLETED')
    const due = { ...delivered, fulfilment: { ...delivered.fulfilment, completeAt: new Date(0) } } as Order
    expect(after(due, whole).order.fulfilment).toEqual(due.fulfilment)
  })
})

describe('a refund while a late payment waits for its stock result', () => {
  const early = refunded(50, { refundedAt: '2026-11-24T01:00:00.000Z', refundedFen: 50 })
  const late = refunded(12900, {
    refundedAt: '2026-11-24T02:00:00.000Z',
    refundedFen: 12950,
    lines: [tea(1)],
    returned: [tea(1)],
  })

  it('is published after OrderPaid, in the order in which refunds were done', () => {
    const { types, refunds, order } = after(orderIn('EXPIRED'), paid, late, early, reserved)
    expect(types).toEqual(['OrderReinstating', 'OrderPaid', 'OrderRefunded', 'OrderRefunded', 'OrderLinesReturned'])
    expect(refunds.map(summaryOf)).toEqual(['50, units 0, shipped 0', '12950, units 1, shipped 0'])
    expect(left(order)).toEqual([tea(1)])
  })

  it('of the whole is published after OrderCancelled, with the refunds before it', () => {
    const last = refunded(12850, { refundedFen: 25800, refundedAt: '2026-11-24T03:00:00.000Z' })
    const { types, refunds, order } = after(orderIn('EXPIRED'), paid, early, late, last, reserved)
    expect(types).toEqual(['OrderReinstating', 'OrderCancelled', 'OrderRefunded', 'OrderRefunded', 'OrderRefunded'])
    expect(refunds.map(summaryOf)).toEqual([
      '50, units 0, shipped 0',
      '12950, units 1, shipped 0',
      '25800 whole, units 1, shipped 0',
    ])
    expect(order).toMatchObject({ status: 'REFUNDED', fulfilment: { status: 'UNFULFILLED' } })
  })

  it('is published by no later payment', () => {
    const rejected: Input = { type: 'stockRejected', shortages: [], tradeNo }
    const other: Input = { type: 'paymentSucceeded', payment: otherPayment }
    const { types, order } = after(orderIn('EXPIRED'), paid, late, rejected, other, {
      type: 'stockReserved',
      tradeNo: otherPayment.tradeNo,
    })
    expect(types).toEqual(['OrderReinstating', 'RefundRequested', 'OrderReinstating', 'OrderPaid'])
    expect(left(order)).toEqual([tea(2)])
  })

  it('that comes before its payment follows OrderPaid too', () => {
    const { types, order } = after(orderIn('PENDING_PAYMENT'), early, paid)
    expect(types).toEqual(['OrderPaid', 'OrderRefunded'])
    expect(order).toMatchObject({ status: 'PAID', refundedFen: 50 })
    expect(after(orderIn('EXPIRED'), early, paid).order).toMatchObject({ status: 'REINSTATING', refundedFen: 50 })
  })

  it('that comes before its payment returns its units once they are sold', () => {
    const returning = refunded(12900, { refundedFen: 12900, returned: [tea(1)], lines: [tea(1)] })
    for (const status of ['PENDING_PAYMENT', 'EXPIRED', 'CANCELLED'] as const) {
      const { types } = after(orderIn(status), returning, paid, reserved)
      expect(types.filter(type => type !== 'OrderReinstating')).toEqual([
        'OrderPaid',
        'OrderRefunded',
        'OrderLinesReturned',
      ])
    }
  })

  it('of the whole that comes before its payment ends the order', () => {
    const last = refunded(25750, { refundedFen: 25800, refundedAt: '2026-11-24T03:00:00.000Z' })
    const inTime = after(orderIn('PENDING_PAYMENT'), early, last, paid)
    expect(inTime.types).toEqual(['OrderPaid', 'OrderRefunded', 'OrderRefunded'])
    expect(inTime.refunds.at(-1)).toMatchObject({ isWhole: true, refundedFen: 25800 })
    expect(inTime.order).toMatchObject({ status: 'REFUNDED', refundedFen: 25800 })
    const late = after(orderIn('EXPIRED'), whole, paid, reserved)
    expect(late.types).toEqual(['OrderReinstating', 'OrderCancelled', 'OrderRefunded'])
    expect(late.order).toMatchObject({ status: 'REFUNDED', refundedFen: 25800 })
  })
})
