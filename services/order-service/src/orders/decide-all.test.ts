import { describe, expect, it } from 'vitest'
import { now, orderId, orderIn, payment } from '../test-orders.ts'
import { decideAll } from './decide-all.ts'

const stockReserved = { orderId, input: { type: 'stockReserved' }, cause: 'StockReserved 1' } as const
const paid = { orderId, input: { type: 'paymentSucceeded', payment }, cause: 'PaymentSucceeded 2 (notify)' } as const
const cancel = { orderId, input: { type: 'cancel' }, cause: 'request of customer-7' } as const

describe('deciding many inputs at once', () => {
  it('lets a later input see what an earlier one made of the same order', () => {
    const decided = decideAll([orderIn('RESERVING')], [stockReserved, paid, cancel], now)
    expect(decided.changed).toMatchObject([{ status: 'PAID' }])
    expect(decided.events.map(event => event.type)).toEqual(['OrderPaid'])
    expect(decided.decisions.map(decision => decision.outcome)).toEqual(['changed', 'changed', 'rejected'])
  })

  it('keeps what changed an order, when, and why; what changed nothing leaves no trace', () => {
    const { history } = decideAll([orderIn('RESERVING')], [stockReserved, paid, paid, cancel], now)
    const at = now.toISOString()
    expect(history.get(orderId)).toEqual([
      { at, from: 'RESERVING', to: 'PENDING_PAYMENT', events: [], cause: stockReserved.cause },
      { at, from: 'PENDING_PAYMENT', to: 'PAID', events: ['OrderPaid'], cause: paid.cause, about: payment.tradeNo },
    ])
  })

  it('names an order that does not exist', () => {
    const { decisions } = decideAll([], [stockReserved], now)
    expect(decisions).toEqual([{ outcome: 'rejected', reason: 'unknown_order' }])
  })

  it('carries the trace of an input to the events it caused', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { events } = decideAll([orderIn('PENDING_PAYMENT')], [{ ...paid, traceparent }], now)
    expect(events).toMatchObject([{ type: 'OrderPaid', traceparent }])
  })
})
