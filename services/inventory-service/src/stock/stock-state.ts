import type {
  NewEvent,
  OrderCancelled,
  OrderCreated,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderReinstating,
  OrderRejected,
  StockEntryName,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'

/** Where the units of one SKU are. `available`, `reserved` and `sold` add up to `supplied`. */
export interface Level {
  readonly sku: string
  readonly available: number
  readonly reserved: number
  readonly sold: number
  readonly supplied: number
}

/**
 * The status of an order's stock, the same for all lines of the order. REJECTED is stored as well, so that a repeat of
 * OrderCreated can't reserve units that were supplied after the rejection.
 */
export type ReservationStatus = 'RESERVED' | 'COMMITTED' | 'RELEASED' | 'REJECTED'

export interface Line {
  readonly sku: string
  readonly quantity: number
}

/** `returned`: how many of a sold line's units are on sale again. */
export interface ReservedLine extends Line {
  readonly returned: number
}

export interface Reservation {
  readonly orderId: string
  readonly status: ReservationStatus
  /** One line per SKU. */
  readonly lines: readonly ReservedLine[]
}

/** The events that change stock. They come from order-service only: payments change an order first. */
export type StockInput =
  | OrderCreated
  | OrderPaid
  | OrderExpired
  | OrderCancelled
  | OrderRejected
  | OrderReinstating
  | OrderLinesReturned

/** The result of a reservation, which order-service waits for. */
export type StockResult = NewEvent<StockReserved> | NewEvent<StockRejected>

/** What one event changes, why it changes nothing, or why it contradicts the stored stock of its order. */
export type Decision =
  | {
      readonly outcome: 'changed'
      readonly effect: StockEntryName
      readonly levels: readonly Level[]
      readonly reservation: Reservation
      readonly events: readonly StockResult[]
    }
  | {
      readonly outcome: 'ignored'
      readonly reason: 'already_decided' | 'already_reserved' | 'already_committed' | 'nothing_reserved'
      readonly events: readonly StockResult[]
    }
  | {
      readonly outcome: 'rejected'
      readonly reason: 'unknown_order' | 'stock_not_reserved' | 'stock_not_sold' | 'more_than_sold'
    }

export interface Allocation {
  /** The changed levels and reservations, each once, in their last state. */
  readonly levels: Level[]
  readonly reservations: Reservation[]
  readonly events: StockResult[]
  /** One decision per input, in order. */
  readonly decisions: Decision[]
}
