import type { KeptWord } from '../load/witness.ts'
import type { Scores } from './scores.ts'

/** An order as order-service has it in the end. */
export interface OrderRow {
  orderId: string
  customerId: string
  totalFen: number
}

/** The last part of what is answered to an order that was taken: what may change about it stays out. */
interface Taken {
  orderId: string
  totalFen: number
}

function takenBy({ status, text }: KeptWord['answers'][number]): Taken | undefined {
  return status === 201 || status === 202 ? (JSON.parse(text) as { order: Taken }).order : undefined
}

/**
 * What clients were told against what the shop has: an acknowledged order is there (16), as it was acknowledged; a key has
 * one order and one answer, byte for byte, however often and wherever it was sent (2). Each key is a customer's only one.
 * Pure.
 */
export function judgeWords(words: Iterable<KeptWord>, orders: readonly OrderRow[], scores: Scores): void {
  const byId = new Map(orders.map(order => [order.orderId, order]))
  const ofCustomer = Map.groupBy(orders, ({ customerId }) => customerId)
  for (const word of words) {
    const { key, customerId, answers } = word
    const own = ofCustomer.get(customerId) ?? []
    scores.looked(2, 'keys', 1)
    if (own.length > 1) scores.broke(2, key, `${own.length} orders: ${own.map(({ orderId }) => orderId).join(', ')}`)
    const different = new Set(answers.map(({ status, text }) => `${status} ${text}`))
    if (answers.length > 1) scores.looked(2, 'keys asked for more than once', 1)
    if (different.size > 1) scores.broke(2, key, `${different.size} different answers: ${[...different].join(' | ')}`)
    for (const taken of answers.map(takenBy).filter(one => one !== undefined)) {
      judgeTaken(word, taken, byId.get(taken.orderId), scores)
    }
  }
}

function judgeTaken({ customerId }: KeptWord, taken: Taken, order: OrderRow | undefined, scores: Scores): void {
  scores.looked(16, 'acknowledgements', 1)
  if (order === undefined) scores.broke(16, taken.orderId, 'it was acknowledged, and is not there')
  else if (order.customerId !== customerId) scores.broke(16, taken.orderId, `it is ${order.customerId}’s`)
  else if (order.totalFen !== taken.totalFen) {
    scores.broke(16, taken.orderId, `${taken.totalFen} fen were acknowledged, and it costs ${order.totalFen}`)
  }
}
