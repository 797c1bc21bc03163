import { expect, it } from 'vitest'
import type { RecordedEvent } from './events.ts'
import { judgeWarehouse } from './judge-warehouse.ts'
import type { DispatchRow, ParcelRow, Units } from './read-warehouse.ts'
import { PromiseScores } from './scores.ts'

const orderId = 'ord_1'
const tea = (quantity: number): Units => [{ sku: 'tea', quantity }]
let offset = 0
const event = (type: string, data: Record<string, unknown>): RecordedEvent => {
  offset += 1
  return { topic: 'order.events', partition: 0, offset, key: orderId, type, id: `id-${offset}`, data }
}
const paid = event('OrderPaid', { lines: tea(2) })
const shipped = event('OrderShipped', { shipmentId: 'shp_1', lines: tea(2) })
const shippedLess = event('OrderShipped', { shipmentId: 'shp_1', lines: tea(1) })
const refund = (data: { isWhole: boolean; lines: Units; shippedLines: Units }) => event('OrderRefunded', data)
const refundedOne = refund({ isWhole: false, lines: tea(1), shippedLines: [] })
const refundedShipped = refund({ isWhole: true, lines: tea(2), shippedLines: tea(2) })
const refundedUnshipped = refund({ isWhole: true, lines: tea(2), shippedLines: [] })

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 2, 30, second))
const parcel = (status: string, refundKnownAt: Date | null = null): ParcelRow => ({ orderId, status, refundKnownAt })
const dispatch = (lines: Units, dispatchedAt = at(10)): DispatchRow => ({
  ...{ orderId, shipmentId: 'shp_1', lines, dispatchedAt },
})

function broken(events: RecordedEvent[], parcels: ParcelRow[], dispatches: DispatchRow[]): string[] {
  const scores = new PromiseScores()
  judgeWarehouse(events, { parcels, dispatches }, scores)
  return scores.results()[16]?.broken.map(({ what }) => what) ?? []
}

it.each<[what: string, events: RecordedEvent[], parcel: ParcelRow, dispatches: DispatchRow[]]>([
  ['shipped', [paid, shipped], parcel('SHIPPED'), [dispatch(tea(2))]],
  ['shipped, with repeats of events', [paid, paid, shipped, shipped], parcel('SHIPPED'), [dispatch(tea(2))]],
  ['shipped without a refunded unit', [paid, refundedOne, shippedLess], parcel('SHIPPED'), [dispatch(tea(1))]],
  ['refunded before', [paid, refundedUnshipped], parcel('CANCELLED', at(5)), []],
  ['refunded after', [paid, shipped, refundedShipped], parcel('RETURN_EXPECTED', at(11)), [dispatch(tea(2))]],
  ['refunded between report and dispatch', [paid, shipped, refundedShipped], parcel('CANCELLED', at(5)), []],
])('finds nothing wrong with an order that is %s', (_what, events, row, dispatches) => {
  expect(broken(events, [row], dispatches)).toEqual([])
})

it.each<[what: string, events: RecordedEvent[], parcels: ParcelRow[], dispatches: DispatchRow[], expected: string]>([
  [
    'is dispatched twice',
    [paid, shipped],
    [parcel('SHIPPED')],
    [dispatch(tea(2)), dispatch(tea(2))],
    'it was dispatched 2 times',
  ],
  ['has no parcel', [paid], [], [], 'the warehouse has no parcel of it'],
  [
    'is never shipped',
    [paid],
    [parcel('CANCELLED')],
    [],
    '2 × tea were paid, no units shipped, no units refunded before',
  ],
  [
    'is reported and does not leave',
    [paid, shipped],
    [parcel('CANCELLED')],
    [],
    'its shipment was reported and has not left (CANCELLED)',
  ],
  [
    'leaves with another quantity',
    [paid, shipped],
    [parcel('SHIPPED')],
    [dispatch(tea(1))],
    '1 × tea left, but shp_1 lists 2 × tea',
  ],
  [
    'is shipped with a unit that was refunded before',
    [paid, refundedOne, shipped],
    [parcel('SHIPPED')],
    [dispatch(tea(2))],
    '2 × tea were paid, 2 × tea shipped, 1 × tea refunded before',
  ],
  [
    'leaves after its refund was known',
    [paid, shipped, refundedShipped],
    [parcel('RETURN_EXPECTED', at(9))],
    [dispatch(tea(2))],
    'it was dispatched after its refund was known',
  ],
  [
    'is refunded without the warehouse’s knowledge',
    [paid, shipped, refundedShipped],
    [parcel('SHIPPED')],
    [dispatch(tea(2))],
    'it is refunded as a whole, and its parcel is SHIPPED',
  ],
  ['was never paid', [], [parcel('SHIPPED')], [dispatch(tea(2))], 'it was dispatched and never paid'],
])('reports an order that %s', (_what, events, parcels, dispatches, expected) => {
  expect(broken(events, parcels, dispatches)).toEqual([expected])
})
