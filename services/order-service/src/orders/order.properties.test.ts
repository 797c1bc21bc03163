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

it('an order is paid at most once, and is not closed after that', () => {
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

it("the money of each trade is either the order's payment or asked back exactly once, never both and never neither", () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order, events } = run(happened)
      const own = 'payment' in order ? [order.payment.tradeNo] : []
      const askedBack = events.flatMap(event => (event.type === 'RefundRequested' ? [event.data.tradeNo] : []))
      const came = new Set(
        happened.flatMap(input =>
          isPayment(input) ? [(input as { payment: { tradeNo: string } }).payment.tradeNo] : [],
        ),
      )
      expect([...own, ...askedBack].toSorted()).toEqual([...came].toSorted())
    }),
  )
})

it('what is asked back, with what went back before, is never more than was paid', () => {
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

it('an order is REFUNDED exactly when all of its payment went back', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order } = run(happened)
      if (!('payment' in order)) return
      expect(order.status === 'REFUNDED').toBe(order.refundedFen === payment.amountFen)
    }),
  )
})

it('stock that is held for an order in time never goes back before payment said that no money can come', () => {
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

it('hearing of all money and all refunds again changes nothing', () => {
  fc.assert(
    fc.property(anyInputs, happened => {
      const { order } = run(happened)
      const aboutMoney = happened.filter(input => isPayment(input) || input.type === 'paymentRefunded')
      expect(run(aboutMoney, order).events).toEqual([])
    }),
  )
})

it('comes to the same in one batch or input by input', () => {
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
