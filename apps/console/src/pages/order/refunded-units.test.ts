import { expect, it } from 'vitest'
import type { RefundList } from './order-data.ts'
import { refundedUnits } from './refunded-units.ts'

const refund = (status: string, quantity?: number) => ({
  status,
  ...(quantity !== undefined && { lines: [{ sku: 'SKU-1', quantity }] }),
})
const list = (items: object[], refundableFen: number, refundableQuantity = 0) =>
  ({
    items,
    lines: [{ sku: 'SKU-1', quantity: 5, refundableQuantity }],
    paidFen: 500,
    refundableFen,
  }) as unknown as RefundList

it('counts as refunded only units whose money went back', () => {
  const statuses = ['AWAITING_APPROVAL', 'REQUESTED', 'PENDING', 'FAILED', 'REJECTED']
  const items = [refund('SUCCEEDED', 1), ...statuses.map(status => refund(status, 1))]
  expect(refundedUnits(list(items, 100, 1), 'SKU-1')).toEqual({ done: 1, underWay: 3 })
})

it('counts all units once everything is refunded', () => {
  expect(refundedUnits(list([refund('SUCCEEDED', 2), refund('SUCCEEDED')], 0), 'SKU-1')).toEqual({
    done: 5,
    underWay: 0,
  })
})

it('counts the remaining units as under way while the refund of everything left waits', () => {
  expect(refundedUnits(list([refund('SUCCEEDED', 2), refund('AWAITING_APPROVAL')], 0), 'SKU-1')).toEqual({
    done: 2,
    underWay: 3,
  })
})

it('counts no unit of a refund of an amount while something of the trade is left', () => {
  expect(refundedUnits(list([refund('SUCCEEDED')], 100, 5), 'SKU-1')).toEqual({ done: 0, underWay: 0 })
})
