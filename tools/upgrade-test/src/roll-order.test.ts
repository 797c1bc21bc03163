import { expect, it } from 'vitest'
import { type EventTypeName, rollOrder } from './roll-order.ts'

const known: EventTypeName[] = [
  { name: 'OrderCreated', topic: 'order.events' },
  { name: 'StockReserved', topic: 'inventory.events' },
]
const ofOrders = { name: 'OrderHeld', topic: 'order.events' }
const ofPayments = { name: 'PaymentHeld', topic: 'payment.events' }
const ofStock = { name: 'StockMoved', topic: 'inventory.events' }

it.each<[title: string, added: EventTypeName[], expected: string[]]>([
  ['none', [], ['inventory-service', 'payment-service', 'order-service', 'gateway']],
  ['a type of order-service', [ofOrders], ['inventory-service', 'payment-service', 'order-service', 'gateway']],
  ['a type of payment-service', [ofPayments], ['inventory-service', 'order-service', 'payment-service', 'gateway']],
  ['a type of inventory-service', [ofStock], ['payment-service', 'order-service', 'inventory-service', 'gateway']],
])('replaces consumers before producers with new event types: %s', (_title, added, expected) => {
  expect(rollOrder(known, [...known, ...added])).toEqual({ services: expected, unordered: [] })
})

it('names the types that two services publish to each other', () => {
  const { services, unordered } = rollOrder(known, [...known, ofOrders, ofStock])
  expect(services).toHaveLength(4)
  expect(unordered).toEqual(['StockMoved'])
})

it('takes a type that only the older revision has as no reason for an order', () => {
  expect(rollOrder([...known, ofPayments], known).services[1]).toBe('payment-service')
})
