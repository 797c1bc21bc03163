import { OrderStatus } from './http/orders.ts'

/** SYSTEM_NAME where none is set. Systems that share one Redis, such as staging and production, each have their own. */
export const systemNameDefault = 'alipay-checkout'

/** Redis pub/sub channel on which a system's changed order states go out, one message per batch. A lost hint costs a poll, nothing else. */
export const orderHintsChannel = (systemName: string): string => `${systemName}:order-hints`

/** One changed order. The message is a JSON array of these. */
export interface OrderHint {
  orderId: string
  orderStatus: OrderStatus
}

const statuses: ReadonlySet<unknown> = new Set(OrderStatus.anyOf.map(({ const: status }) => status))

/**
 * Reads a message of the channel. Anybody who can reach Redis can publish there, so what is no hint is left out; `malformed`
 * is how many were: 1 for a message that is no array. Never throws.
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
