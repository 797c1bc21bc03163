import type { PaymentRefunded, RefundFailed } from '@alipay-checkout/contracts'
import { refundIdOf } from './orders/order-refunds.ts'
import { type Input, type Order, type OrderDetails, type OrderState, unfulfilled } from './orders/order-state.ts'

export const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
export const details: OrderDetails = {
  orderId,
  customerId: 'customer-7',
  totalFen: 25800,
  lines: [{ sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12900 }],
  adjustments: [],
  createdAt: new Date('2026-11-23T02:30:00Z'),
  expiresAt: new Date('2026-11-23T03:00:00Z'),
}
export const inTime = new Date(details.expiresAt.getTime() - 1)
export const now = details.expiresAt
export const payment = {
  outTradeNo: orderId,
  tradeNo: '2026112322001',
  amountFen: 25800,
  paidAt: '2026-11-23T02:31:00.000Z',
}
/** How long after an order is DELIVERED it is completed, ms. */
export const completeAfterMs = 1_000_000
export const otherPayment = { ...payment, outTradeNo: `${orderId}_2`, tradeNo: '2026112322002' }
export const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
const paid = { payment, refundedFen: 0 }
const requested = {
  refundId: refundIdOf(orderId, payment.tradeNo, 'late_payment'),
  reason: 'late_payment',
  outTradeNo: payment.outTradeNo,
  tradeNo: payment.tradeNo,
  amountFen: payment.amountFen,
  progress: 'requested',
  at: now.toISOString(),
} as const

/** Every state of an order, by name. */
export const states = {
  RESERVING: { status: 'RESERVING' },
  PENDING_PAYMENT: { status: 'PENDING_PAYMENT' },
  'CLOSING expired': { status: 'CLOSING', reason: 'expired', reserved: true },
  'CLOSING cancelled': { status: 'CLOSING', reason: 'cancelled', reserved: true },
  'CLOSING unreserved': { status: 'CLOSING', reason: 'cancelled', reserved: false },
  PAID: { status: 'PAID', ...paid },
  EXPIRED: { status: 'EXPIRED' },
  CANCELLED: { status: 'CANCELLED' },
  REJECTED: { status: 'REJECTED', shortages },
  'EXPIRED, refund requested': { status: 'EXPIRED' },
  'REINSTATING from RESERVING': { status: 'REINSTATING', from: { status: 'RESERVING' }, ...paid },
  'REINSTATING from CLOSING': {
    status: 'REINSTATING',
    from: { status: 'CLOSING', reason: 'expired', reserved: false },
    ...paid,
  },
  'REINSTATING from EXPIRED': { status: 'REINSTATING', from: { status: 'EXPIRED' }, ...paid },
  REFUNDED: { status: 'REFUNDED', payment, refundedFen: payment.amountFen },
} satisfies Record<string, OrderState>
export type StateName = keyof typeof states

export const orderIn = (state: StateName): Order => ({
  ...details,
  ...states[state],
  refunds: state === 'EXPIRED, refund requested' ? [requested] : [],
  fulfilment: unfulfilled,
})

/** PaymentRefunded for a refund that the shop requested, by default of the order's own payment. */
export function refunded(
  amountFen: number,
  more: Partial<PaymentRefunded['data']> = {},
): Extract<Input, { type: 'paymentRefunded' }> {
  const refund = {
    orderId,
    refundId: `ref_${String(amountFen).padStart(32, '0')}`,
    outTradeNo: payment.outTradeNo,
    tradeNo: payment.tradeNo,
    amountFen,
    refundedFen: amountFen,
    paidFen: payment.amountFen,
    reason: 'requested' as const,
    returned: [],
    refundedAt: '2026-11-24T02:30:11.000Z',
    ...more,
  }
  return { type: 'paymentRefunded', refund, completeAfterMs }
}

export function refundFailed(more: Partial<RefundFailed['data']> = {}): Extract<Input, { type: 'refundFailed' }> {
  const { outTradeNo } = payment
  const refund = {
    orderId,
    refundId: `ref_${'f'.repeat(32)}`,
    outTradeNo,
    amountFen: 100,
    reason: 'requested' as const,
    why: 'TRADE_HAS_FINISHED',
    ...more,
  }
  return { type: 'refundFailed', refund }
}

/** PaymentRefunded for the refund of the late payment that the order requested. */
export const lateRefunded = refunded(payment.amountFen, { refundId: requested.refundId, reason: 'late_payment' })
