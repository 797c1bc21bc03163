import { describe, expect, it } from 'vitest'
import {
  details,
  inTime,
  lateRefunded,
  now,
  orderId,
  orderIn,
  otherPayment,
  payment,
  refunded,
  refundFailed,
  type StateName,
  shortages,
  states,
} from '../test-orders.ts'
import { decide } from './order.ts'
import type { Input, OrderState } from './order-state.ts'

const { tradeNo } = payment
const returned = [{ sku: 'tea-01', quantity: 1 }]
const inputs = {
  stockReserved: { type: 'stockReserved' },
  'stockReserved for the late payment': { type: 'stockReserved', tradeNo },
  stockRejected: { type: 'stockRejected', shortages },
  'stockRejected for the late payment': { type: 'stockRejected', shortages, tradeNo },
  paymentSucceeded: { type: 'paymentSucceeded', payment },
  'paymentSucceeded by another trade': { type: 'paymentSucceeded', payment: otherPayment },
  'paymentSucceeded with another amount': { type: 'paymentSucceeded', payment: { ...payment, amountFen: 1 } },
  'paymentSucceeded with another amount, accepted by an operator': {
    type: 'paymentSucceeded',
    payment: { ...otherPayment, amountFen: 1 },
    anyAmount: true,
  },
  paymentClosed: { type: 'paymentClosed' },
  'partly refunded': refunded(100),
  'partly refunded, with units': refunded(12900, { returned }),
  'fully refunded, with units': refunded(25800, { returned }),
  'more refunded than paid': refunded(25801),
  'another trade refunded': refunded(25800, { ...otherPayment, reason: 'second_payment' }),
  'late payment refunded': lateRefunded,
  'refund failed': refundFailed(),
  'outside refund detected': { type: 'outsideRefundDetected', tradeNo: payment.tradeNo, requestNo: 'HZ01' },
  due: { type: 'due' },
  'due too early': { type: 'due' },
  cancel: { type: 'cancel' },
} satisfies Record<string, Input>
type InputName = keyof typeof inputs

const closing: StateName[] = ['CLOSING expired', 'CLOSING cancelled', 'CLOSING unreserved']
const reinstating: StateName[] = ['REINSTATING from RESERVING', 'REINSTATING from CLOSING', 'REINSTATING from EXPIRED']
const expired: StateName[] = ['EXPIRED', 'EXPIRED, refund requested']
const over: StateName[] = [...expired, 'CANCELLED', 'REJECTED']
const unpaid: StateName[] = ['RESERVING', 'PENDING_PAYMENT', ...closing, ...over]
const all = Object.keys(states) as StateName[]

/** The state stays the same and the list of refunds changes. */
const same = '→ same state'

/** One decision per state and input: `→ next state + events`, `ignored: reason` or `rejected: reason`. */
const table: Record<InputName, [states: StateName[], answer: string][]> = {
  'outside refund detected': [[all, same]],
  stockReserved: [
    [['RESERVING'], '→ PENDING_PAYMENT'],
    [['PENDING_PAYMENT', 'PAID', 'REFUNDED'], 'ignored: already_reserved'],
    [closing, 'ignored: already_closing'],
    [over, 'ignored: already_over'],
    [reinstating, 'ignored: other_stock_result'],
  ],
  'stockReserved for the late payment': [
    [['RESERVING'], '→ PENDING_PAYMENT'],
    [['PENDING_PAYMENT', 'PAID', 'REFUNDED'], 'ignored: already_reserved'],
    [closing, 'ignored: already_closing'],
    [over, 'ignored: already_over'],
    [reinstating, '→ PAID + OrderPaid'],
  ],
  stockRejected: [
    [['RESERVING'], '→ REJECTED + OrderRejected'],
    [['PENDING_PAYMENT', 'PAID', 'REFUNDED'], 'ignored: already_reserved'],
    [closing, 'ignored: already_closing'],
    [['REJECTED'], 'ignored: already_rejected'],
    [[...expired, 'CANCELLED'], 'ignored: already_over'],
    [reinstating, 'ignored: other_stock_result'],
  ],
  'stockRejected for the late payment': [
    [['RESERVING'], '→ REJECTED + OrderRejected'],
    [['PENDING_PAYMENT', 'PAID', 'REFUNDED'], 'ignored: already_reserved'],
    [closing, 'ignored: already_closing'],
    [['REJECTED'], 'ignored: already_rejected'],
    [[...expired, 'CANCELLED'], 'ignored: already_over'],
    [['REINSTATING from RESERVING'], '→ REJECTED + OrderRejected + RefundRequested'],
    [['REINSTATING from CLOSING'], '→ EXPIRED + OrderExpired + RefundRequested'],
    [['REINSTATING from EXPIRED'], '→ EXPIRED + RefundRequested'],
  ],
  paymentSucceeded: [
    [['RESERVING'], '→ REINSTATING from RESERVING + OrderReinstating'],
    [['PENDING_PAYMENT', 'CLOSING expired', 'CLOSING cancelled'], '→ PAID + OrderPaid'],
    [['CLOSING unreserved'], '→ REINSTATING from CLOSING + OrderReinstating'],
    [['PAID', 'REFUNDED'], 'ignored: already_paid'],
    [['EXPIRED'], '→ REINSTATING from EXPIRED + OrderReinstating'],
    [['CANCELLED'], '→ REINSTATING from CANCELLED + OrderReinstating'],
    [['REJECTED'], '→ REINSTATING from REJECTED + OrderReinstating'],
    [['EXPIRED, refund requested'], 'ignored: refund_requested'],
    [reinstating, 'ignored: already_reinstating'],
  ],
  'paymentSucceeded by another trade': [
    [['RESERVING'], '→ REINSTATING from RESERVING + OrderReinstating'],
    [['PENDING_PAYMENT', 'CLOSING expired', 'CLOSING cancelled'], '→ PAID + OrderPaid'],
    [['CLOSING unreserved'], '→ REINSTATING from CLOSING + OrderReinstating'],
    [expired, '→ REINSTATING from EXPIRED + OrderReinstating'],
    [['CANCELLED'], '→ REINSTATING from CANCELLED + OrderReinstating'],
    [['REJECTED'], '→ REINSTATING from REJECTED + OrderReinstating'],
    [['PAID', 'REFUNDED', ...reinstating], `${same} + RefundRequested`],
  ],
  'paymentSucceeded with another amount': [[all, 'rejected: amount_differs']],
  'paymentSucceeded with another amount, accepted by an operator': [
    [['RESERVING'], '→ REINSTATING from RESERVING + OrderReinstating'],
    [['PENDING_PAYMENT', 'CLOSING expired', 'CLOSING cancelled'], '→ PAID + OrderPaid'],
    [['CLOSING unreserved'], '→ REINSTATING from CLOSING + OrderReinstating'],
    [expired, '→ REINSTATING from EXPIRED + OrderReinstating'],
    [['CANCELLED'], '→ REINSTATING from CANCELLED + OrderReinstating'],
    [['REJECTED'], '→ REINSTATING from REJECTED + OrderReinstating'],
    [['PAID', 'REFUNDED', ...reinstating], `${same} + RefundRequested`],
  ],
  paymentClosed: [
    [['RESERVING', 'PENDING_PAYMENT'], 'ignored: not_closing'],
    [['CLOSING expired'], '→ EXPIRED + OrderExpired'],
    [['CLOSING cancelled', 'CLOSING unreserved'], '→ CANCELLED + OrderCancelled'],
    [['PAID', 'REFUNDED', ...reinstating], 'ignored: paid_first'],
    [over, 'ignored: already_over'],
  ],
  'partly refunded': [
    // OrderRefunded of a REINSTATING order follows OrderPaid.
    [[...unpaid, ...reinstating], same],
    [['PAID', 'REFUNDED'], `${same} + OrderRefunded`],
  ],
  'partly refunded, with units': [
    // The stock of a REINSTATING order is not sold yet: its units are returned once it is PAID.
    [[...unpaid, ...reinstating], same],
    [['PAID', 'REFUNDED'], `${same} + OrderRefunded + OrderLinesReturned`],
  ],
  'fully refunded, with units': [
    [unpaid, same],
    [['PAID', 'REFUNDED'], '→ REFUNDED + OrderRefunded + OrderLinesReturned'],
    [reinstating, '→ REFUNDED + OrderCancelled + OrderRefunded'],
  ],
  'more refunded than paid': [
    [unpaid, same],
    [['PAID', 'REFUNDED', ...reinstating], 'rejected: refund_exceeds_payment'],
  ],
  'another trade refunded': [[all, same]],
  // An order does not request the refund of its own payment. If the event comes all the same, the refund counts.
  'late payment refunded': [
    [unpaid, same],
    [['PAID', 'REFUNDED'], '→ REFUNDED + OrderRefunded'],
    [reinstating, '→ REFUNDED + OrderCancelled + OrderRefunded'],
  ],
  'refund failed': [[all, same]],
  due: [
    [['RESERVING', 'PENDING_PAYMENT'], '→ CLOSING expired + OrderClosing'],
    [closing, 'ignored: already_closing'],
    [['PAID', ...reinstating], 'ignored: already_paid'],
    [[...over, 'REFUNDED'], 'ignored: already_over'],
  ],
  'due too early': [
    [['RESERVING', 'PENDING_PAYMENT'], 'ignored: not_due'],
    [closing, 'ignored: already_closing'],
    [['PAID', ...reinstating], 'ignored: already_paid'],
    [[...over, 'REFUNDED'], 'ignored: already_over'],
  ],
  cancel: [
    [['RESERVING', 'PENDING_PAYMENT'], '→ CLOSING cancelled + OrderClosing'],
    [closing, 'ignored: already_closing'],
    [['CANCELLED'], 'ignored: already_cancelled'],
    [['PAID', ...reinstating], 'rejected: paid'],
    [[...expired, 'REJECTED', 'REFUNDED'], 'rejected: over'],
  ],
}

const rows = (Object.keys(table) as InputName[]).flatMap(input =>
  table[input].flatMap(([named, answer]) => named.map(state => ({ input, state, answer }))),
)

const decideRow = (state: StateName, input: InputName) =>
  decide(orderIn(state), inputs[input], input === 'due too early' ? inTime : now)

function nameOfState(order: OrderState): string {
  if (order.status === 'CLOSING') return `CLOSING ${order.reason}`
  return order.status === 'REINSTATING' ? `REINSTATING from ${order.from.status}` : order.status
}

function nameOfDecision(state: StateName, input: InputName): string {
  const decision = decideRow(state, input)
  if (decision.outcome !== 'changed') return `${decision.outcome}: ${decision.reason}`
  const { order, events } = decision
  return [`→ ${nameOfState(order)}`, ...events.map(event => event.type)].join(' + ')
}

describe('the decision of an order', () => {
  it('is in the table once for every state and input', () => {
    expect(rows).toHaveLength(all.length * Object.keys(inputs).length)
    expect(new Set(rows.map(({ input, state }) => `${input} in ${state}`)).size).toBe(rows.length)
  })

  it.each(rows)('$state, $input: $answer', ({ state, input, answer }) => {
    expect(nameOfDecision(state, input)).toBe(answer.replace(same, `→ ${nameOfState(states[state])}`))
  })

  it('publishes OrderPaid with the lines and the payment', () => {
    expect(decideRow('PENDING_PAYMENT', 'paymentSucceeded')).toMatchObject({
      order: { status: 'PAID', payment },
      events: [
        { key: orderId, data: { orderId, customerId: 'customer-7', totalFen: 25800, lines: details.lines, payment } },
      ],
    })
  })

  it('keeps the details of the order through every change', () => {
    for (const { state, input } of rows) {
      const decision = decideRow(state, input)
      if (decision.outcome === 'changed') expect(decision.order).toMatchObject(details)
    }
  })
})
