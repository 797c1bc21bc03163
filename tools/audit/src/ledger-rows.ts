import type { FulfilmentStatus, OrderStatus } from '@alipay-checkout/contracts'

/** One order in all ledgers. Money in fen, times in ms. `key` is the order id. */
export interface OrderLedger {
  key: string
  order?: OrderRow
  payment?: PaymentRow
  stock?: StockRow
  alipay?: AlipayRow
}

/** In order-service. */
export interface OrderRow {
  key: string
  status: OrderStatus
  totalFen: number
  /** Units by SKU. */
  units: Record<string, number>
  /** The trade that it counts as its payment. */
  paidBy?: { outTradeNo: string; tradeNo: string; amountFen: number } | null
  /** How much of it was refunded. */
  refundedFen: number
  expiresAtMs: number
  /** What was shipped of it, and which units the refunds of its payment took, by SKU; none if nothing was shipped. */
  fulfilment?: {
    status: FulfilmentStatus
    shipped: Record<string, number>
    refunded: Record<string, number>
    /** Shipments that are on their way. */
    undelivered: number
    completeAtMs: number | null
  } | null
  changedAtMs: number
}

/** In payment-service. */
export interface PaymentRow {
  key: string
  status: 'EXPECTED' | 'CLOSING' | 'PAID' | 'CLOSED'
  amountFen: number
  attempts: {
    outTradeNo: string
    status: 'CREATED' | 'OPENED' | 'PAID' | 'CLOSED'
    tradeNo: string | null
    paidFen: number
    /** An admin has accepted the paid amount, whatever the order costs. */
    isAccepted: boolean
    /** All of it was paid and refunded at Alipay before payment-service recorded the payment: it counts for nothing. */
    refundedBeforeRecorded?: boolean
    /** What succeeded refunds, and all that have not failed and were not rejected, add up to according to the attempt. */
    refundedFen: number
    refundingFen: number
  }[]
  refunds: {
    refundId: string
    /** Its number at Alipay where it was made there and booked here. */
    requestNo?: string | null
    outTradeNo: string
    amountFen: number
    status: 'AWAITING_APPROVAL' | 'REQUESTED' | 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'REJECTED'
    reason: string
    hasCase: boolean
  }[]
  changedAtMs: number
}

/** In inventory-service. */
export interface StockRow {
  key: string
  lines: {
    sku: string
    quantity: number
    /** Units that were returned to stock after they were sold. */
    returned: number
    status: 'RESERVED' | 'COMMITTED' | 'RELEASED' | 'REJECTED'
  }[]
  changedAtMs: number
}

/** At Alipay: paid trades, by our numbers. */
export interface AlipayRow {
  key: string
  trades: {
    outTradeNo: string
    tradeNo: string
    amountFen: number
    refunds: { refundId: string; amountFen: number }[]
  }[]
  changedAtMs: number
}

/** Whether no ledger has changed the order since this time, so that nothing about it is in flight. */
export function isSettled({ order, payment, stock, alipay }: OrderLedger, sinceMs: number): boolean {
  return [order, payment, stock, alipay].every(row => row === undefined || row.changedAtMs <= sinceMs)
}
