import type { OrderStatus } from '@alipay-checkout/contracts'

/** Everything about one order, from all books. Money in fen, moments in ms. `key` is the order id. */
export interface OrderFacts {
  key: string
  order?: OrderBook
  payment?: PaymentBook
  stock?: StockBook
  alipay?: AlipayBook
}

/** What order-service knows. */
export interface OrderBook {
  key: string
  status: OrderStatus
  totalFen: number
  /** Units by SKU. */
  units: Record<string, number>
  /** The trade that it counts as its payment. */
  paidBy?: { outTradeNo: string; tradeNo: string; amountFen: number } | null
  /** What went back of it. */
  refundedFen: number
  expiresAtMs: number
  changedAtMs: number
}

/** What payment-service knows. */
export interface PaymentBook {
  key: string
  status: 'EXPECTED' | 'CLOSING' | 'PAID' | 'CLOSED'
  amountFen: number
  attempts: {
    outTradeNo: string
    status: 'CREATED' | 'OPENED' | 'PAID' | 'CLOSED'
    tradeNo: string | null
    paidFen: number
    /** A person has looked at what came and taken it, whatever the order costs. */
    isAccepted: boolean
    /** Alipay said that all of it came and went back before payment-service heard of the payment: it counts for nothing. */
    refundedBeforeRecorded?: boolean
    /** What payment-service counts as gone back, and as taken by refunds that have not failed. */
    refundedFen: number
    refundingFen: number
  }[]
  refunds: {
    refundId: string
    /** Its number at Alipay where that is not `refundId`: it was made elsewhere and booked here. */
    requestNo?: string | null
    outTradeNo: string
    amountFen: number
    status: 'REQUESTED' | 'PENDING' | 'SUCCEEDED' | 'FAILED'
    reason: string
    hasCase: boolean
  }[]
  changedAtMs: number
}

/** What inventory-service knows. */
export interface StockBook {
  key: string
  lines: {
    sku: string
    quantity: number
    /** Units that came back after they were sold. */
    returned: number
    status: 'RESERVED' | 'COMMITTED' | 'RELEASED' | 'REJECTED'
  }[]
  changedAtMs: number
}

/** What Alipay knows: trades that were paid, by our numbers. */
export interface AlipayBook {
  key: string
  trades: {
    outTradeNo: string
    tradeNo: string
    amountFen: number
    refunds: { refundId: string; amountFen: number }[]
  }[]
  changedAtMs: number
}

/** Whether nothing about the order has changed since a moment: what is not right then is not on its way either. */
export function isSettled({ order, payment, stock, alipay }: OrderFacts, sinceMs: number): boolean {
  return [order, payment, stock, alipay].every(book => book === undefined || book.changedAtMs <= sinceMs)
}
