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
})
