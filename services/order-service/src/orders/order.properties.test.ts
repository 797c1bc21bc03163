import fc from 'fast-check'
import { expect, it } from 'vitest'
import { now, orderId, orderIn, payment, refunded, refundFailed, shortages } from '../test-orders.ts'
import { decideAll } from './decide-all.ts'
import type { Input } from './order-state.ts'

const trades = ['a', 'b', 'c'].map((tradeNo, index) => ({ ...payment, tradeNo, outTradeNo: `${orderId}_${index}` }))
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...trades.map((trade): Input => ({ type: 'paymentSucceeded', payment: trade }))),
  },
  fc.constantFrom<Input>({ type: 'paymentSucceeded', payment: { ...payment, amountFen: 1 } }),
  fc.constantFrom<Input>({ type: 'stockReserved' }, { type: 'stockRejected', shortages }),
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...trades.flatMap(({ tradeNo }): Input[] => [
        { type: 'stockReserved', tradeNo },
        { type: 'stockRejected', shortages, tradeNo },
      ]),
    ),
  },
  fc.constantFrom<Input>({ type: 'paymentClosed' }, { type: 'due' }, { type: 'cancel' }),
  fc.constantFrom<Input>(refundFailed(), ...trades.flatMap(trade => [refunded(100, trade), refunded(25800, trade)])),
)
const anyInputs = fc.array(anyInput, { maxLength: 30 })

function run(happened: readonly Input[], order = orderIn('RESERVING')) {
  const inputs = happened.map(input => ({ orderId, input, cause: 'a test' }))
  const decided = decideAll([order], inputs, now)
  return { ...decided, order: decided.changed[0] ?? order }
}
const typesOf = (happened: readonly Input[]): string[] => run(happened).events.map(event => event.type)
const isPayment = (input: Input) => input.type === 'paymentSucceeded' && input.payment.amountFen === payment.amountFen

it('pays an order at most once, and does not close it afterwards', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const types = typesOf(happened)
      const paidAt = types.indexOf('OrderPaid')
      if (paidAt === -1) return
      const after = types.slice(paidAt + 1)
      for (const type of ['OrderPaid', 'OrderExpired', 'OrderCancelled', 'OrderRejected', 'OrderReinstating']) {
        expect(after).not.toContain(type)
      }
    }),
  )
})

it("uses each paid trade either as the order's payment or requests its refund exactly once", () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order, events } = run(happened)
      const own = 'payment' in order ? [order.payment.tradeNo] : []
      const refundedTrades = events.flatMap(event => (event.type === 'RefundRequested' ? [event.data.tradeNo] : []))
      const paid = new Set(
        happened.flatMap(input =>
          isPayment(input) ? [(input as { payment: { tradeNo: string } }).payment.tradeNo] : [],
        ),
      )
      expect([...own, ...refundedTrades].toSorted()).toEqual([...paid].toSorted())
    }),
  )
})

it('never requests a refund of more than was paid', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      for (const event of run(happened).events) {
        if (event.type !== 'RefundRequested') continue
        expect(event.data.amountFen).toBeGreaterThan(0)
        expect(event.data.amountFen).toBeLessThanOrEqual(payment.amountFen)
      }
    }),
  )
})

it('makes an order REFUNDED exactly when its whole payment is refunded', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order } = run(happened)
      if (!('payment' in order)) return
      expect(order.status === 'REFUNDED').toBe(order.refundedFen === payment.amountFen)
    }),
  )
})

it('publishes each refund of the own payment once, after OrderPaid, or after OrderCancelled while it is reinstated', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { events } = run(happened)
      const types = events.map(({ type }) => type)
      const first = types.indexOf('OrderRefunded')
      if (first === -1) return
      const before = types.slice(0, first)
      const isReinstating = before.includes('OrderReinstating')
      expect(before.includes('OrderPaid') || (isReinstating && before.includes('OrderCancelled'))).toBe(true)
      const ids = events.flatMap(event => (event.type === 'OrderRefunded' ? [event.data.refundId] : []))
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

it('never releases the stock of an unpaid order before its payment is closed', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const types = typesOf(happened)
      if (!types.includes('OrderExpired') && !types.includes('OrderCancelled')) return
      if (types.includes('OrderReinstating')) return
      expect(types[0]).toBe('OrderClosing')
      expect(happened).toContainEqual({ type: 'paymentClosed' })
    }),
  )
})

it('changes nothing when all payments and refunds are repeated', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order } = run(happened)
      const repeated = happened.filter(input => isPayment(input) || input.type === 'paymentRefunded')
      expect(run(repeated, order).events).toEqual([])
    }),
  )
})

it('decides the same in one batch and input by input', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const whole = run(happened)
      let order = orderIn('RESERVING')
      const events: unknown[] = []
      for (const input of happened) {
        const step = run([input], order)
        order = step.order
        events.push(...step.events)
      }
      expect({ order, events }).toEqual({ order: whole.order, events: whole.events })
    }),
  )
})
