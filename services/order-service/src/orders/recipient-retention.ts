import type { HistoryEntry } from './decide-all.ts'
import { left } from './fulfilment.ts'
import type { Order } from './order-state.ts'

/** How long recipients are kept, in days; fractions are allowed. */
export interface RecipientRetention {
  /** After the order has ended. */
  readonly recipientDays: number
  /** A delivered order is completed so long after its delivery. */
  readonly completeAfterDays: number
}

export type RecipientDecision = { readonly delete: true } | { readonly delete: false; readonly checkAt: Date }

const dayMs = 24 * 60 * 60 * 1_000

/**
 * Whether an order's recipient is deleted now, or when it is looked at again: after a day at most, because what happens
 * to an order may change the time. Pure.
 */
export function decideRecipient(
  order: Order,
  { history, updatedAt, now }: { history: readonly HistoryEntry[]; updatedAt: Date; now: Date },
  retention: RecipientRetention,
): RecipientDecision {
  const endedAt = endOf(order, { history, updatedAt }, retention)
  const tomorrowMs = now.getTime() + dayMs
  if (!endedAt) return { delete: false, checkAt: new Date(tomorrowMs) }
  const deleteMs = endedAt.getTime() + retention.recipientDays * dayMs
  if (deleteMs <= now.getTime()) return { delete: true }
  return { delete: false, checkAt: new Date(Math.min(deleteMs, tomorrowMs)) }
}

/** When the order was or will be over; undefined while it may be paid or shipped. */
function endOf(
  order: Order,
  { history, updatedAt }: { history: readonly HistoryEntry[]; updatedAt: Date },
  { completeAfterDays }: RecipientRetention,
): Date | undefined {
  const { status, fulfilment } = order
  const timeOf = (entry: HistoryEntry | undefined) => (entry ? new Date(entry.at) : updatedAt)
  switch (status) {
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      // A refund of a late payment changes an order that is over.
      return timeOf(history.findLast(({ from, to }) => to === status && from !== status))
    case 'PAID':
      break
    default:
      return undefined
  }
  const { shipments } = fulfilment
  switch (fulfilment.status) {
    case 'COMPLETED':
      return timeOf(history.findLast(({ events }) => events.includes('OrderCompleted')))
    // A shop may never report deliveries.
    case 'SHIPPED':
    case 'DELIVERED': {
      const times = shipments.flatMap(({ shippedAt, deliveredAt }) => [shippedAt, deliveredAt ?? shippedAt])
      const lastMs = Math.max(...times.map(time => Date.parse(time)))
      return new Date(lastMs + completeAfterDays * dayMs)
    }
    default:
      // Every unit may be refunded before it is shipped, while the shop keeps the shipping fee.
      return left(order).length > 0
        ? undefined
        : timeOf(history.findLast(({ events }) => events.includes('OrderRefunded')))
  }
}
