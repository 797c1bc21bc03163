import type { PlacedOrder } from '@alipay-checkout/contracts'
import { CallFailed, type HttpAnswer, type Items, type PaymentWish } from '@alipay-checkout/test-support'

/** What one client sent and received under one Idempotency-Key. */
export interface KeyRecord {
  key: string
  customerId: string
  token: string
  items: Items
  /** How the order is to be paid, and where it is sent. */
  payment: PaymentWish
  /** Every final response, byte for byte. */
  answers: { status: number; text: string }[]
}

/** What clients saw. The system's own databases can't show what was promised to a client. */
export class ClientLog {
  readonly keys = new Map<string, KeyRecord>()
  /** Requests that never got a final response. */
  readonly unanswered: string[] = []
  /** Attempts that failed and were repeated, by reason. */
  readonly failedTries: Record<string, number> = {}
  /** What a customer could read or change that belongs to another. */
  readonly trespasses: string[] = []
  trespassesTried = 0
  /** Acknowledged orders that the shop later answered 404. */
  readonly missing: string[] = []

  begin(record: Omit<KeyRecord, 'answers'>): void {
    this.keys.set(record.key, { ...record, answers: [] })
  }

  answered(key: string, { status, text }: Pick<HttpAnswer, 'status' | 'text'>): void {
    this.keys.get(key)?.answers.push({ status, text })
  }

  retried(reason: string): void {
    this.failedTries[reason] = (this.failedTries[reason] ?? 0) + 1
  }
}

/** The order in a response. @throws CallFailed where there is none */
export function orderOf(answer: Pick<HttpAnswer, 'status' | 'text'>): PlacedOrder {
  if (answer.status !== 201 && answer.status !== 202) throw new CallFailed('POST /api/orders', answer)
  return JSON.parse(answer.text) as PlacedOrder
}
