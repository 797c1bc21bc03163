import type { OrderEvent } from '@alipay-checkout/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, decideAll, type Input, type Order, type OrderFacts, type OrderState } from './order.ts'

const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const facts: OrderFacts = {
  orderId,
  customerId: 'customer-7',
  totalFen: 25800,
  lines: [{ sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12900 }],
  createdAt: new Date('2026-11-23T02:30:00Z'),
  expiresAt: new Date('2026-11-23T03:00:00Z'),
}
const payment = { outTradeNo: orderId, tradeNo: '2026112322001', amountFen: 25800, paidAt: '2026-11-23T02:31:00.000Z' }
const otherPayment = { ...payment, outTradeNo: `${orderId}_2`, tradeNo: '2026112322002' }
const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]

const states = {
  RESERVING: { status: 'RESERVING' },
  PENDING_PAYMENT: { status: 'PENDING_PAYMENT' },
  'CLOSING expired': { status: 'CLOSING', reason: 'expired' },
  'CLOSING cancelled': { status: 'CLOSING', reason: 'cancelled' },
  PAID: { status: 'PAID', payment },
  EXPIRED: { status: 'EXPIRED' },
  CANCELLED: { status: 'CANCELLED' },
  REJECTED: { status: 'REJECTED', shortages },
} satisfies Record<string, OrderState>

const inputs = {
  stockReserved: { type: 'stockReserved' },
  stockRejected: { type: 'stockRejected', shortages },
  paymentSucceeded: { type: 'paymentSucceeded', payment },
  'paymentSucceeded by another trade': { type: 'paymentSucceeded', payment: otherPayment },
  'paymentSucceeded with another amount': { type: 'paymentSucceeded', payment: { ...payment, amountFen: 1 } },
  paymentClosed: { type: 'paymentClosed' },
  'due in time': { type: 'due', now: facts.expiresAt },
  'due too early': { type: 'due', now: new Date(facts.expiresAt.getTime() - 1) },
  cancel: { type: 'cancel' },
} satisfies Record<string, Input>

type StateName = keyof typeof states
type InputName = keyof typeof inputs

/** One answer per state × input: `state → next + events`, `ignored: why` or `rejected: why`. */
const table: Record<InputName, Record<StateName, string>> = {
  stockReserved: {
    RESERVING: '→ PENDING_PAYMENT',
    PENDING_PAYMENT: 'ignored: already_reserved',
    'CLOSING expired': 'ignored: already_closing',
    'CLOSING cancelled': 'ignored: already_closing',
    PAID: 'ignored: already_reserved',
    EXPIRED: 'ignored: already_over',
    CANCELLED: 'ignored: already_over',
    REJECTED: 'ignored: already_over',
  },
  stockRejected: {
    RESERVING: '→ REJECTED + OrderRejected',
    PENDING_PAYMENT: 'ignored: already_reserved',
    'CLOSING expired': 'ignored: already_closing',
    'CLOSING cancelled': 'ignored: already_closing',
    PAID: 'ignored: already_reserved',
    EXPIRED: 'ignored: already_over',
    CANCELLED: 'ignored: already_over',
    REJECTED: 'ignored: already_rejected',
  },
  paymentSucceeded: {
    RESERVING: 'rejected: stock_not_confirmed',
    PENDING_PAYMENT: '→ PAID + OrderPaid',
    'CLOSING expired': '→ PAID + OrderPaid',
    'CLOSING cancelled': '→ PAID + OrderPaid',
    PAID: 'ignored: already_paid',
    EXPIRED: 'rejected: late_payment',
    CANCELLED: 'rejected: late_payment',
    REJECTED: 'rejected: late_payment',
  },
  'paymentSucceeded by another trade': {
    RESERVING: 'rejected: stock_not_confirmed',
    PENDING_PAYMENT: '→ PAID + OrderPaid',
    'CLOSING expired': '→ PAID + OrderPaid',
    'CLOSING cancelled': '→ PAID + OrderPaid',
    PAID: 'rejected: second_payment',
    EXPIRED: 'rejected: late_payment',
    CANCELLED: 'rejected: late_payment',
    REJECTED: 'rejected: late_payment',
  },
  'paymentSucceeded with another amount': {
    RESERVING: 'rejected: amount_differs',
    PENDING_PAYMENT: 'rejected: amount_differs',
    'CLOSING expired': 'rejected: amount_differs',
    'CLOSING cancelled': 'rejected: amount_differs',
    PAID: 'rejected: amount_differs',
    EXPIRED: 'rejected: amount_differs',
    CANCELLED: 'rejected: amount_differs',
    REJECTED: 'rejected: amount_differs',
  },
  paymentClosed: {
    RESERVING: 'ignored: not_closing',
    PENDING_PAYMENT: 'ignored: not_closing',
    'CLOSING expired': '→ EXPIRED + OrderExpired',
    'CLOSING cancelled': '→ CANCELLED + OrderCancelled',
    PAID: 'ignored: paid_first',
    EXPIRED: 'ignored: already_over',
    CANCELLED: 'ignored: already_over',
    REJECTED: 'ignored: already_over',
  },
  'due in time': {
    RESERVING: '→ CLOSING expired + OrderClosing',
    PENDING_PAYMENT: '→ CLOSING expired + OrderClosing',
    'CLOSING expired': 'ignored: already_closing',
    'CLOSING cancelled': 'ignored: already_closing',
    PAID: 'ignored: already_paid',
    EXPIRED: 'ignored: already_over',
    CANCELLED: 'ignored: already_over',
    REJECTED: 'ignored: already_over',
  },
  'due too early': {
    RESERVING: 'ignored: not_due',
    PENDING_PAYMENT: 'ignored: not_due',
    'CLOSING expired': 'ignored: already_closing',
    'CLOSING cancelled': 'ignored: already_closing',
    PAID: 'ignored: already_paid',
    EXPIRED: 'ignored: already_over',
    CANCELLED: 'ignored: already_over',
    REJECTED: 'ignored: already_over',
  },
  cancel: {
    RESERVING: '→ CLOSING cancelled + OrderClosing',
    PENDING_PAYMENT: '→ CLOSING cancelled + OrderClosing',
    'CLOSING expired': 'ignored: already_closing',
    'CLOSING cancelled': 'ignored: already_closing',
    PAID: 'rejected: paid',
    EXPIRED: 'rejected: over',
    CANCELLED: 'ignored: already_cancelled',
    REJECTED: 'rejected: over',
  },
}

const orderIn = (state: StateName): Order => ({ ...facts, ...states[state] })

function inWords(state: StateName, input: InputName): string {
  const decision = decide(orderIn(state), inputs[input])
  if (decision.outcome !== 'changed') return `${decision.outcome}: ${decision.why}`
  const { order, events } = decision
  const next = order.status === 'CLOSING' ? `CLOSING ${order.reason}` : order.status
  return [`→ ${next}`, ...events.map(event => event.type)].join(' + ')
}

const rows = (Object.keys(table) as InputName[]).flatMap(input =>
  (Object.keys(states) as StateName[]).map(state => ({ input, state, answer: table[input][state] })),
)

describe('what an input does to an order', () => {
  it('the table has a row for every state and input', () => {
    expect(rows).toHaveLength(Object.keys(states).length * Object.keys(inputs).length)
  })

  it.each(rows)('$state, $input: $answer', ({ state, input, answer }) => {
    expect(inWords(state, input)).toBe(answer)
  })

  it('says in OrderPaid what was bought and what paid for it', () => {
    const decision = decide(orderIn('PENDING_PAYMENT'), inputs.paymentSucceeded)
    expect(decision).toMatchObject({
      order: { status: 'PAID', payment },
      events: [
        { key: orderId, data: { orderId, customerId: 'customer-7', totalFen: 25800, lines: facts.lines, payment } },
      ],
    })
  })

  it('keeps the facts of the order through every change', () => {
    for (const { state, input } of rows) {
      const decision = decide(orderIn(state), inputs[input])
      if (decision.outcome === 'changed') expect(decision.order).toMatchObject(facts)
    }
  })
})

describe('deciding many inputs at once', () => {
  it('lets a later input see what an earlier one made of the same order', () => {
    const decided = decideAll(
      [orderIn('RESERVING')],
      [inputs.stockReserved, inputs.paymentSucceeded, inputs.cancel].map(input => ({ orderId, input })),
    )
    expect(decided.changed).toMatchObject([{ status: 'PAID' }])
    expect(decided.events.map(event => event.type)).toEqual(['OrderPaid'])
    expect(decided.decisions.map(decision => decision.outcome)).toEqual(['changed', 'changed', 'rejected'])
  })

  it('names an order that does not exist', () => {
    const { decisions } = decideAll([], [{ orderId, input: inputs.stockReserved }])
    expect(decisions).toEqual([{ outcome: 'rejected', why: 'unknown_order' }])
  })

  it('carries the trace of an input to the events it caused', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { events } = decideAll(
      [orderIn('PENDING_PAYMENT')],
      [{ orderId, input: inputs.paymentSucceeded, traceparent }],
    )
    expect(events).toMatchObject([{ type: 'OrderPaid', traceparent }])
  })
})

describe('whatever happens, in whatever order', () => {
  const anyInputs = fc.array(fc.constantFrom(...(Object.values(inputs) as Input[])), { maxLength: 30 })
  const events = (happened: readonly Input[]): OrderEvent['type'][] =>
    decideAll(
      [orderIn('RESERVING')],
      happened.map(input => ({ orderId, input })),
    ).events.map(event => event.type)

  it('an order is paid at most once, and never both paid and closed', () => {
    fc.assert(
      fc.property(anyInputs, happened => {
        const ends = events(happened).filter(type => type !== 'OrderClosing')
        expect(ends.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('the stock never goes back before payment said that no money can come', () => {
    fc.assert(
      fc.property(anyInputs, happened => {
        const types = events(happened)
        if (types.includes('OrderExpired') || types.includes('OrderCancelled')) {
          expect(types[0]).toBe('OrderClosing')
          expect(happened).toContainEqual({ type: 'paymentClosed' })
        }
      }),
    )
  })

  it('hearing everything twice changes nothing', () => {
    fc.assert(
      fc.property(anyInputs, happened => {
        const once = decideAll(
          [orderIn('RESERVING')],
          happened.map(input => ({ orderId, input })),
        )
        const twice = decideAll(
          once.changed.length > 0 ? once.changed : [orderIn('RESERVING')],
          happened.filter(input => input.type === 'paymentSucceeded').map(input => ({ orderId, input })),
        )
        if (once.changed[0]?.status === 'PAID') expect(twice.changed).toEqual([])
      }),
    )
  })
})
