import type { OrderStatus } from './http/orders.ts'

/** Redis pub/sub channel on which changed order states go out, one message per batch. A lost hint costs a poll, nothing else. */
export const orderHintsChannel = 'order-hints'

/** One changed order. The message is a JSON array of these. */
export interface OrderHint {
  orderId: string
  orderStatus: OrderStatus
}
