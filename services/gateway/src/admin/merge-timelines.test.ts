import { expect, it } from 'vitest'
import { mergeTimelines } from './merge-timelines.ts'

const entry = (service: string, at: string, what: string) => ({ service, at, what, cause: 'test' })
const placed = entry('order-service', '2026-01-15T10:00:00.000Z', 'OrderCreated')
const paid = entry('order-service', '2026-01-15T10:00:09.000Z', 'OrderPaid')
const held = entry('inventory-service', '2026-01-15T10:00:00.250Z', 'hold')
const committed = entry('inventory-service', '2026-01-15T10:00:09.000Z', 'commit')

it('merges the entries by time, and keeps the order of the services at the same time', () => {
  const told = [{ entries: [placed, paid] }, { entries: [committed, held] }, undefined]
  expect(mergeTimelines('ord_1', told, [])).toEqual({ orderId: 'ord_1', entries: [placed, held, paid, committed] })
})

it('names a service that is unavailable', () => {
  const missing = ['payment-service']
  expect(mergeTimelines('ord_1', [undefined], missing)).toEqual({ orderId: 'ord_1', entries: [], missing })
})

it('returns nothing for an order that no service has', () => {
  expect(mergeTimelines('ord_1', [undefined, { entries: [] }], [])).toBeUndefined()
})
