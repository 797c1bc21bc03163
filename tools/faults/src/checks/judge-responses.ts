import type { KeyRecord } from '../load/client-log.ts'
import type { PromiseScores } from './scores.ts'

/** An order as order-service has it in the end. */
export interface OrderRow {
  orderId: string
  customerId: string
  totalFen: number
}

/** What a response acknowledges about an order and may not change later. */
interface Acknowledged {
  orderId: string
  totalFen: number
}

function acknowledgedBy({ status, text }: KeyRecord['answers'][number]): Acknowledged | undefined {
  return status === 201 || status === 202 ? (JSON.parse(text) as { order: Acknowledged }).order : undefined
}

/**
 * Compares the clients' responses with order-service: an acknowledged order exists as it was acknowledged (16); a key has
 * one order and one response, byte for byte, however often and to whichever gateway it was sent (2). Every customer uses
 * one key. Pure.
 */
export function judgeResponses(records: Iterable<KeyRecord>, orders: readonly OrderRow[], scores: PromiseScores): void {
  const byId = new Map(orders.map(order => [order.orderId, order]))
  const ofCustomer = Map.groupBy(orders, ({ customerId }) => customerId)
  for (const record of records) {
    const { key, customerId, answers } = record
    const own = ofCustomer.get(customerId) ?? []
    scores.checked(2, 'keys', 1)
    if (own.length > 1) scores.broken(2, key, `${own.length} orders: ${own.map(({ orderId }) => orderId).join(', ')}`)
    const different = new Set(answers.map(({ status, text }) => `${status} ${text}`))
    if (answers.length > 1) scores.checked(2, 'keys sent more than once', 1)
    if (different.size > 1)
      scores.broken(2, key, `${different.size} different responses: ${[...different].join(' | ')}`)
    for (const acknowledged of answers.map(acknowledgedBy).filter(one => one !== undefined)) {
      judgeAcknowledged(record, acknowledged, byId.get(acknowledged.orderId), scores)
    }
  }
}

function judgeAcknowledged(
  { customerId }: KeyRecord,
  acknowledged: Acknowledged,
  order: OrderRow | undefined,
  scores: PromiseScores,
): void {
  scores.checked(16, 'acknowledgements', 1)
  if (order === undefined) scores.broken(16, acknowledged.orderId, 'it was acknowledged and does not exist')
  else if (order.customerId !== customerId) scores.broken(16, acknowledged.orderId, `it belongs to ${order.customerId}`)
  else if (order.totalFen !== acknowledged.totalFen) {
    scores.broken(
      16,
      acknowledged.orderId,
      `${acknowledged.totalFen} fen were acknowledged, and it costs ${order.totalFen}`,
    )
  }
}
