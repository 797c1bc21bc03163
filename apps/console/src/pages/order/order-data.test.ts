import { expect, it } from 'vitest'
import { endOf, type OrderDetails, stepsAhead, stepsTaken, type TimelineEntry } from './order-data.ts'

const order = (orderStatus: string, fulfilmentStatus = 'UNFULFILLED') =>
  ({ orderStatus, fulfilmentStatus, createdAt: '2026-03-01T08:00:00Z' }) as OrderDetails

const entry = (detail: object, service = 'order-service'): TimelineEntry => ({
  at: '2026-03-01T08:00:00Z',
  service,
  what: 'what',
  cause: 'cause',
  detail,
})

it('takes the path from the timeline of the order service', () => {
  const entries = [
    entry({ to: 'RESERVING' }),
    entry({ to: 'ignored' }, 'payment-service'),
    entry({ to: 'PENDING_PAYMENT' }),
    entry({ to: 'PAID' }),
    entry({ to: 'PAID', fulfilmentStatus: 'SHIPPED' }),
  ]
  const states = stepsTaken(order('PAID', 'SHIPPED'), entries).map(({ state }) => state)
  expect(states).toEqual(['RESERVING', 'PENDING_PAYMENT', 'PAID', 'SHIPPED'])
})

it('knows the beginning and the present without a timeline', () => {
  expect(stepsTaken(order('CANCELLED'), []).map(({ state }) => state)).toEqual(['RESERVING', 'CANCELLED'])
  expect(stepsTaken(order('RESERVING'), []).map(({ state }) => state)).toEqual(['RESERVING'])
})

it('shows what usually follows, and nothing after an end', () => {
  expect(stepsAhead(order('PENDING_PAYMENT')).map(({ state }) => state)).toEqual(['PAID', 'SHIPPED'])
  expect(stepsAhead(order('PAID', 'SHIPPED')).map(({ state }) => state)).toEqual(['DELIVERED'])
  expect(stepsAhead(order('EXPIRED'))).toEqual([])
})

it('knows who ended an order and when, or that it has not ended', () => {
  const at = '2026-03-01T09:00:00Z'
  const placed = { ...entry({ to: 'RESERVING' }), cause: 'request of shopper-1' }
  const closing = { ...entry({ to: 'CLOSING' }), at, cause: 'request of mei' }
  expect(endOf([placed, closing, entry({ to: 'CANCELLED' })])).toEqual({ at, by: 'mei' })
  expect(endOf([placed, { ...closing, cause: 'its time was over' }])).toEqual({ at })
  expect(endOf([placed])).toBeUndefined()
})
