import { OrderStatus } from './http/orders.ts'

/** Default of SYSTEM_NAME. Systems that share a Redis, such as staging and production, need different names. */
export const systemNameDefault = 'alipay-checkout'

/** Redis pub/sub channel for the changed order states of a system, one message per batch. A lost hint only costs a poll. */
export const orderHintsChannel = (systemName: string): string => `${systemName}:order-hints`

/** One changed order. The message is a JSON array of these. */
export interface OrderHint {
  orderId: string
  orderStatus: OrderStatus
}

const statuses: ReadonlySet<unknown> = new Set(OrderStatus.anyOf.map(({ const: status }) => status))

/**
 * Reads a message of the channel. Anyone with access to Redis can publish there, so malformed hints are left out and
 * counted in `malformed`: 1 for a message that is not an array. Never throws.
 */
export function readOrderHints(message: string): { hints: OrderHint[]; malformed: number } {
  let parsed: unknown
  try {
    parsed = JSON.parse(message)
  } catch {}
  if (!Array.isArray(parsed)) return { hints: [], malformed: 1 }
  const hints = parsed.filter(isOrderHint)
  return { hints, malformed: parsed.length - hints.length }
}

function isOrderHint(value: unknown): value is OrderHint {
  if (typeof value !== 'object' || value === null) return false
  const { orderId, orderStatus } = value as Partial<OrderHint>
  return typeof orderId === 'string' && statuses.has(orderStatus)
}
