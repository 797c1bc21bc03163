import { describe, expect, it } from 'vitest'
import { completeAfterMs, details, now, orderId, orderIn, payment, type StateName, states } from '../test-orders.ts'
import { decideFulfilments } from './decide-all.ts'
import {
  decideFulfilment,
  type FulfilmentDecision,
  type FulfilmentInput,
  left,
  refundedShippedLines,
  shipmentsMax,
  withShipments,
} from './fulfilment.ts'
import type { OrderRefund } from './order-refunds.ts'
import type { Order, OrderShipment } from './order-state.ts'

const times = { now, completeAfterMs }
const tea = (quantity: number) => ({ sku: 'tea-01', quantity })
const idOf = (number: number) => `shp_${orderId.slice(4)}_${number}`
const shipment = (number: number, quantity: number, more: Partial<OrderShipment> = {}): OrderShipment => ({
  shipmentId: idOf(number),
  carrier: '顺丰速运',
  trackingNumber: `SF${number}`,
  lines: [tea(quantity)],
  shippedAt: '2026-11-23T02:40:00.000Z',
  by: 'packer',
  ...more,
})
const delivered = { deliveredAt: '2026-11-23T02:50:00.000Z' }
const refundOf = (quantity: number): OrderRefund => ({
  refundId: `ref_${'1'.repeat(32)}`,
  reason: 'requested',
  outTradeNo: payment.outTradeNo,
  tradeNo: payment.tradeNo,
  amountFen: 100,
  progress: 'done',
  at: now.toISOString(),
  lines: [tea(quantity)],
})

/** An order of two units with these shipments; the status follows from them. */
function orderWith(shipments: readonly OrderShipment[], state: StateName = 'PAID', refunds: OrderRefund[] = []): Order {
  return withShipments({ ...orderIn(state), refunds }, shipments, { now, completeAfterMs: 0 })
}
const keyed = { idempotencyKey: 'k-1', requestHash: 'hash-1' }
const both = [shipment(1, 1, delivered), shipment(2, 1, delivered)]
const notDue = orderWith(both)

/** Orders by how far their fulfilment is. Two units are ordered. */
const orders = {
  UNFULFILLED: orderWith([]),
  'UNFULFILLED, 1 refunded': orderWith([], 'PAID', [refundOf(1)]),
  'UNFULFILLED, 2 refunded': orderWith([], 'PAID', [refundOf(2)]),
  PARTIALLY_SHIPPED: orderWith([shipment(1, 1, keyed)]),
  'PARTIALLY_SHIPPED, delivered': orderWith([shipment(1, 1, { ...keyed, ...delivered })]),
  SHIPPED: orderWith([shipment(1, 1, { ...keyed, ...delivered }), shipment(2, 1)]),
  'SHIPPED, 1 refunded': orderWith([shipment(1, 1, keyed)], 'PAID', [refundOf(1)]),
  DELIVERED: orderWith(both),
  'DELIVERED, not due': {
    ...notDue,
    fulfilment: { ...notDue.fulfilment, completeAt: new Date(now.getTime() + 1) },
  } as Order,
  COMPLETED: { ...orderWith(both), fulfilment: { status: 'COMPLETED', shipments: both } } as Order,
  'REFUNDED, SHIPPED': orderWith([shipment(1, 1, keyed)], 'REFUNDED'),
  'REFUNDED, DELIVERED': orderWith(both, 'REFUNDED'),
} satisfies Record<string, Order>
type OrderName = keyof typeof orders

const carried = { type: 'ship', carrier: '顺丰速运', trackingNumber: 'SF9', by: 'packer' } as const
const inputs = {
  'ship 1': { ...carried, lines: [tea(1)] },
  'ship 1 + 1': { ...carried, lines: [tea(1), tea(1)] },
  'ship 3': { ...carried, lines: [tea(3)] },
  'ship another product': { ...carried, lines: [tea(1), { sku: 'cup-01', quantity: 1 }] },
  'ship all': carried,
  'repeat shipment 1': { ...carried, lines: [tea(1)], repeatable: keyed },
  'another shipment with its key': { ...carried, repeatable: { ...keyed, requestHash: 'hash-2' } },
  'shipment 1 delivered': { type: 'delivered', shipmentId: idOf(1) },
  'shipment 2 delivered': { type: 'delivered', shipmentId: idOf(2) },
  complete: { type: 'complete' },
} satisfies Record<string, FulfilmentInput>
type InputName = keyof typeof inputs

const all = Object.keys(orders) as OrderName[]
const unshipped: OrderName[] = ['UNFULFILLED', 'UNFULFILLED, 1 refunded', 'UNFULFILLED, 2 refunded']
const withOneLeft: OrderName[] = ['UNFULFILLED, 1 refunded', 'PARTIALLY_SHIPPED', 'PARTIALLY_SHIPPED, delivered']
const withNothingLeft: OrderName[] = [
  'UNFULFILLED, 2 refunded',
  'SHIPPED',
  'SHIPPED, 1 refunded',
  'DELIVERED',
  'DELIVERED, not due',
  'COMPLETED',
]
const refunded: OrderName[] = ['REFUNDED, SHIPPED', 'REFUNDED, DELIVERED']
const withTheKey: OrderName[] = [
  'PARTIALLY_SHIPPED',
  'PARTIALLY_SHIPPED, delivered',
  'SHIPPED',
  'SHIPPED, 1 refunded',
  'REFUNDED, SHIPPED',
]
const done: OrderName[] = ['DELIVERED', 'DELIVERED, not due', 'COMPLETED', 'REFUNDED, DELIVERED']

const notShippable: [OrderName[], string][] = [
  [withNothingLeft, 'rejected: nothing_left'],
  [refunded, 'rejected: not_paid'],
]
/** One decision per order and input: `→ next status + events`, or why nothing changes. */
const table: Record<InputName, [orders: OrderName[], answer: string][]> = {
  'ship 1': [
    [['UNFULFILLED'], '→ PARTIALLY_SHIPPED + OrderShipped'],
    // Nothing else is left, because the other unit is refunded or shipped.
    [withOneLeft, '→ SHIPPED + OrderShipped'],
    ...notShippable,
  ],
  'ship 1 + 1': [
    [['UNFULFILLED'], '→ SHIPPED + OrderShipped'],
    [withOneLeft, 'rejected: exceeds (1 left)'],
    ...notShippable,
  ],
  'ship 3': [
    [['UNFULFILLED'], 'rejected: exceeds (2 left)'],
    [withOneLeft, 'rejected: exceeds (1 left)'],
    ...notShippable,
  ],
  'ship another product': [
    [['UNFULFILLED'], 'rejected: exceeds (2 left)'],
    [withOneLeft, 'rejected: exceeds (1 left)'],
    ...notShippable,
  ],
  'ship all': [[['UNFULFILLED', ...withOneLeft], '→ SHIPPED + OrderShipped'], ...notShippable],
  'repeat shipment 1': [
    [withTheKey, `ignored: repeated, ${idOf(1)}`],
    [['UNFULFILLED'], '→ PARTIALLY_SHIPPED + OrderShipped'],
    [['UNFULFILLED, 1 refunded'], '→ SHIPPED + OrderShipped'],
    [['UNFULFILLED, 2 refunded', 'DELIVERED', 'DELIVERED, not due', 'COMPLETED'], 'rejected: nothing_left'],
    [['REFUNDED, DELIVERED'], 'rejected: not_paid'],
  ],
  'another shipment with its key': [
    [withTheKey, 'rejected: key_reused'],
    [['UNFULFILLED', 'UNFULFILLED, 1 refunded'], '→ SHIPPED + OrderShipped'],
    [['UNFULFILLED, 2 refunded', 'DELIVERED', 'DELIVERED, not due', 'COMPLETED'], 'rejected: nothing_left'],
    [['REFUNDED, DELIVERED'], 'rejected: not_paid'],
  ],
  'shipment 1 delivered': [
    [unshipped, 'rejected: unknown_shipment'],
    [['PARTIALLY_SHIPPED'], '→ PARTIALLY_SHIPPED + OrderDelivered'],
    [['SHIPPED, 1 refunded', 'REFUNDED, SHIPPED'], '→ DELIVERED + OrderDelivered'],
    [['PARTIALLY_SHIPPED, delivered', 'SHIPPED', ...done], `ignored: already_delivered, ${idOf(1)}`],
  ],
  'shipment 2 delivered': [
    [unshipped, 'rejected: unknown_shipment'],
    [
      ['PARTIALLY_SHIPPED', 'PARTIALLY_SHIPPED, delivered', 'SHIPPED, 1 refunded', 'REFUNDED, SHIPPED'],
      'rejected: unknown_shipment',
    ],
    [['SHIPPED'], '→ DELIVERED + OrderDelivered'],
    [done, `ignored: already_delivered, ${idOf(2)}`],
  ],
  complete: [
    [
      [
        ...unshipped,
        'PARTIALLY_SHIPPED',
        'PARTIALLY_SHIPPED, delivered',
        'SHIPPED',
        'SHIPPED, 1 refunded',
        'DELIVERED, not due',
        'REFUNDED, SHIPPED',
      ],
      'ignored: not_due',
    ],
    [['DELIVERED', 'REFUNDED, DELIVERED'], '→ COMPLETED + OrderCompleted'],
    [['COMPLETED'], 'ignored: already_completed'],
  ],
}

const rows = (Object.keys(table) as InputName[]).flatMap(input =>
  table[input].flatMap(([named, answer]) => named.map(name => ({ input, name, answer }))),
)

function nameOf(decision: FulfilmentDecision): string {
  if (decision.outcome === 'changed') {
    const { order, events } = decision
    return [`→ ${order.fulfilment.status}`, ...events.map(({ type }) => type)].join(' + ')
  }
  const about = 'shipment' in decision ? `, ${decision.shipment.shipmentId}` : ''
  const units = 'left' in decision ? ` (${decision.left.map(({ quantity }) => quantity)} left)` : ''
  return `${decision.outcome}: ${decision.reason}${about}${units}`
}

describe('the decision of a fulfilment', () => {
  it('is in the table once for every order and input', () => {
    expect(rows).toHaveLength(all.length * Object.keys(inputs).length)
    expect(new Set(rows.map(({ input, name }) => `${input} of ${name}`)).size).toBe(rows.length)
  })

  it.each(rows)('$name, $input: $answer', ({ name, input, answer }) => {
    expect(nameOf(decideFulfilment(orders[name], inputs[input], times))).toBe(answer)
  })

  it.each(all)('has orders whose status is what the name says: %s', name => {
    expect(orders[name].fulfilment.status).toBe(name.replace('REFUNDED, ', '').split(',')[0])
  })

  it.each(Object.keys(states) as StateName[])('ships an order only while it is PAID: %s', state => {
    const answer = state === 'PAID' ? '→ SHIPPED + OrderShipped' : 'rejected: not_paid'
    expect(nameOf(decideFulfilment(orderIn(state), inputs['ship all'], times))).toBe(answer)
    expect(left(orderIn(state))).toEqual(state === 'PAID' ? [tea(2)] : [])
  })
})

describe('a shipment', () => {
  it('is stored and published with its merged lines, the next number and the time', () => {
    const input = { ...inputs['ship 1 + 1'], repeatable: keyed }
    const order = { ...orders.UNFULFILLED, reference: 'S-7' }
    const decision = decideFulfilment(order, input, times)
    const described = {
      shipmentId: idOf(1),
      carrier: '顺丰速运',
      trackingNumber: 'SF9',
      lines: [tea(2)],
      shippedAt: now.toISOString(),
    }
    expect(decision).toMatchObject({ outcome: 'changed', order: details })
    expect(decision).toMatchObject({ shipment: { ...described, by: 'packer', ...keyed } })
    const { customerId } = details
    const data = { orderId, customerId, reference: 'S-7', ...described, fulfilmentStatus: 'SHIPPED' }
    expect('events' in decision && decision.events).toEqual([{ type: 'OrderShipped', key: orderId, data }])
    const second = decideFulfilment(orders.PARTIALLY_SHIPPED, inputs['ship all'], times)
    expect(second).toMatchObject({ shipment: { shipmentId: idOf(2), lines: [tea(1)] } })
  })

  it('is refused once the order has as many as it can have', () => {
    const lines = [{ ...details.lines[0], sku: 'tea-01', title: '茶', unitPriceFen: 1, quantity: 200 }]
    const shipments = Array.from({ length: shipmentsMax }, (_, index) => shipment(index + 1, 1))
    const order: Order = { ...orderIn('PAID'), lines, fulfilment: { status: 'PARTIALLY_SHIPPED', shipments } }
    expect(nameOf(decideFulfilment(order, inputs['ship 1'], times))).toBe('rejected: too_many_shipments')
    const oneFewer: Order = { ...order, fulfilment: { status: 'PARTIALLY_SHIPPED', shipments: shipments.slice(1) } }
    expect(decideFulfilment(oneFewer, inputs['ship 1'], times)).toMatchObject({ shipment: { shipmentId: idOf(100) } })
  })

  it('that is the last one delivered makes the order due to be completed', () => {
    const decision = decideFulfilment(orders.SHIPPED, inputs['shipment 2 delivered'], times)
    const completeAt = new Date(now.getTime() + completeAfterMs)
    expect(decision).toMatchObject({
      order: { fulfilment: { status: 'DELIVERED', completeAt } },
      events: [{ data: { shipmentId: idOf(2), deliveredAt: now.toISOString(), fulfilmentStatus: 'DELIVERED' } }],
    })
    if (decision.outcome !== 'changed') return
    const due = decideFulfilment(decision.order, { type: 'complete' }, { ...times, now: completeAt })
    expect(due).toMatchObject({ events: [{ data: { orderId, completedAt: completeAt.toISOString() } }] })
    expect('order' in due && due.order.fulfilment).toEqual({
      status: 'COMPLETED',
      shipments: decision.order.fulfilment.shipments,
    })
  })

  it('shows what was shipped and refunded all the same', () => {
    const refundedAll = orderWith([shipment(1, 1)], 'REFUNDED')
    expect([left(refundedAll), refundedShippedLines(refundedAll)]).toEqual([[], [tea(1)]])
    // The other unit is the refunded one.
    expect(refundedShippedLines(orders['SHIPPED, 1 refunded'])).toEqual([])
    expect(refundedShippedLines(orderWith([shipment(1, 2)], 'PAID', [refundOf(1)]))).toEqual([tea(1)])
    const ofAnotherTrade = { ...refundOf(1), tradeNo: 'another' }
    expect(left(orderWith([shipment(1, 1)], 'PAID', [ofAnotherTrade]))).toEqual([tea(1)])
  })
})

it('records changes of the fulfilment with the shipment and who reported it', () => {
  const input = (what: FulfilmentInput, cause: string) => ({ orderId, input: what, cause })
  const decided = decideFulfilments(
    [orders.UNFULFILLED],
    [
      input(inputs['ship 1'], 'request of packer'),
      input(inputs['shipment 1 delivered'], 'request of courier'),
      input(inputs['shipment 1 delivered'], 'request of courier'),
    ],
    times,
  )
  const change = { at: now.toISOString(), from: 'PAID', to: 'PAID', about: idOf(1) }
  expect(decided.history.get(orderId)).toEqual([
    { ...change, events: ['OrderShipped'], cause: 'request of packer', fulfilmentStatus: 'PARTIALLY_SHIPPED' },
    { ...change, events: ['OrderDelivered'], cause: 'request of courier' },
  ])
  expect(decideFulfilments([], [input(inputs.complete, 'clock')], times).decisions).toEqual([
    { outcome: 'rejected', reason: 'unknown_order' },
  ])
})
