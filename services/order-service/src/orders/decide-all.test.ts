import { describe, expect, it } from 'vitest'
import { now, orderId, orderIn, payment } from '../test-orders.ts'
import { decideAll } from './decide-all.ts'

const stockReserved = { orderId, input: { type: 'stockReserved' }, cause: 'StockReserved 1' } as const
const paid = { orderId, input: { type: 'paymentSucceeded', payment }, cause: 'PaymentSucceeded 2 (notify)' } as const
const cancel = { orderId, input: { type: 'cancel' }, cause: 'request of customer-7' } as const

describe('deciding a batch of inputs', () => {
  it('decides a later input on the order as an earlier input has changed it', () => {
    const decided = decideAll([orderIn('RESERVING')], [stockReserved, paid, cancel], now)
    expect(decided.changed).toMatchObject([{ status: 'PAID' }])
    expect(decided.events.map(event => event.type)).toEqual(['OrderPaid'])
    expect(decided.decisions.map(decision => decision.outcome)).toEqual(['changed', 'changed', 'rejected'])
  })

  it('records each change with its time and cause, and nothing for inputs without a change', () => {
    const { history } = decideAll([orderIn('RESERVING')], [stockReserved, paid, paid, cancel], now)
    const at = now.toISOString()
    expect(history.get(orderId)).toEqual([
      { at, from: 'RESERVING', to: 'PENDING_PAYMENT', events: [], cause: stockReserved.cause },
      { at, from: 'PENDING_PAYMENT', to: 'PAID', events: ['OrderPaid'], cause: paid.cause, about: payment.tradeNo },
    ])
  })

  it('rejects an input for an unknown order', () => {
    const { decisions } = decideAll([], [stockReserved], now)
    expect(decisions).toEqual([{ outcome: 'rejected', reason: 'unknown_order' }])
  })

  it('passes the trace of an input on to its events', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { events } = decideAll([orderIn('PENDING_PAYMENT')], [{ ...paid, traceparent }], now)
    expect(events).toMatchObject([{ type: 'OrderPaid', traceparent }])
  })

  it("continues the order's own trace, and links what caused the events in another one", () => {
    const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const later = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01'
    const other = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const eventsOf = (traceparent: string | undefined) =>
      decideAll([{ ...orderIn('PENDING_PAYMENT'), traceparent: own }], [{ ...paid, traceparent }], now).events
    expect(eventsOf(later)).toEqual([expect.objectContaining({ traceparent: later })])
    expect(eventsOf(later)[0]).not.toHaveProperty('link')
    expect(eventsOf(other)).toEqual([expect.objectContaining({ traceparent: own, link: other })])
    expect(eventsOf(undefined)).toEqual([expect.objectContaining({ traceparent: own })])
  })
})
