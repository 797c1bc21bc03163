import { expect, it } from 'vitest'
import type { CatalogueEntry } from '../catalogue/product-store.ts'
import { type LostOrder, type Rebuilt, rebuildOrder, unknownCustomer } from './rebuild-order.ts'

const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const ttlMs = 60_000
const tea: CatalogueEntry = { sku: 'tea-01', title: '西湖龙井', priceFen: 12_900, onSale: true, maxPerCustomer: null }
const catalogue = new Map([[tea.sku, tea]])
const payment: NonNullable<LostOrder['payment']> = {
  customerId: 'mei',
  amountFen: 25_500,
  status: 'EXPECTED',
  expiresAt: '2026-11-23T03:00:00.000Z',
  lines: [{ sku: 'tea-01', quantity: 2, unitPriceFen: 12_000, adjustmentFen: 500 }],
  shippingFen: 1_000,
}
const stockIn = (status: string): NonNullable<LostOrder['stock']> => ({
  status: status as 'RESERVED',
  lines: [{ sku: 'tea-01', quantity: 2 }],
})
const rebuilt = (lost: Omit<LostOrder, 'orderId'>, products = catalogue) =>
  rebuildOrder({ orderId, ...lost }, products, ttlMs) as Rebuilt & { outcome: 'rebuilt' }

it('takes prices, total and customer from the payment, and the title from the catalogue', () => {
  expect(rebuilt({ payment, stock: stockIn('RESERVED') }).details).toEqual({
    orderId,
    customerId: 'mei',
    totalFen: 25_500,
    lines: [{ sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12_000, adjustmentFen: 500 }],
    adjustments: [{ type: 'shipping', label: 'shipping', amountFen: 1_000 }],
    createdAt: new Date(0x0192f3a4b5c6),
    expiresAt: new Date(payment.expiresAt),
  })
})

it('takes lines from the stock and prices from the catalogue where the payment is lost too', () => {
  const { details } = rebuilt({ stock: stockIn('RESERVED') })
  expect(details).toMatchObject({ customerId: unknownCustomer, totalFen: 25_800, adjustments: [] })
  expect(details.expiresAt.getTime() - details.createdAt.getTime()).toBe(ttlMs)
})

it.each<[paymentStatus: string | undefined, stockStatus: string | undefined, expected: object]>([
  ['EXPECTED', undefined, { status: 'RESERVING' }],
  ['PAID', undefined, { status: 'RESERVING' }],
  ['CLOSED', undefined, { status: 'CLOSING', reason: 'cancelled', reserved: false }],
  ['EXPECTED', 'RESERVED', { status: 'PENDING_PAYMENT' }],
  ['PAID', 'RESERVED', { status: 'PENDING_PAYMENT' }],
  ['CLOSING', 'RESERVED', { status: 'CLOSING', reason: 'cancelled', reserved: true }],
  ['CLOSED', 'RESERVED', { status: 'CLOSING', reason: 'cancelled', reserved: true }],
  ['CLOSED', 'COMMITTED', { status: 'PENDING_PAYMENT' }],
  ['PAID', 'COMMITTED', { status: 'PENDING_PAYMENT' }],
  ['EXPECTED', 'RELEASED', { status: 'CANCELLED' }],
  ['CLOSED', 'REJECTED', { status: 'CANCELLED' }],
  [undefined, 'RESERVED', { status: 'PENDING_PAYMENT' }],
  [undefined, 'RELEASED', { status: 'CANCELLED' }],
])('rebuilds a payment %s with stock %s', (paymentStatus, stockStatus, expected) => {
  const lost = {
    ...(paymentStatus === undefined ? {} : { payment: { ...payment, status: paymentStatus as 'PAID' } }),
    ...(stockStatus === undefined ? {} : { stock: stockIn(stockStatus) }),
  }
  expect(rebuilt(lost).state).toEqual(expected)
})

it('refuses what it would have to guess', () => {
  expect(rebuilt({ payment: { ...payment, lines: null } })).toEqual({
    outcome: 'not_rebuilt',
    orderId,
    reason: 'no_lines',
  })
  expect(rebuilt({ stock: stockIn('RESERVED') }, new Map())).toMatchObject({ reason: 'no_price' })
})
