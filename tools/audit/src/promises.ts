/** What the system promises, by number. docs/promises.md has the same numbers and words; a test compares them. */
export const promises = {
  1: 'Stock is never oversold',
  2: 'One `Idempotency-Key` makes one order',
  3: 'Every paid trade ends as a PAID order or a full refund',
  4: 'At most one payment of an order is kept',
  5: 'Money that arrives after closing reinstates the order or is refunded once',
  6: 'A refund happens at most once',
  7: 'The outbox loses no event',
  8: 'Every event takes effect once',
  9: 'A record that cannot be handled stops no other',
  10: 'Due orders close, with and without Redis',
  11: '`success` is answered only after the commit',
  12: 'Forged notifies change nothing',
  13: 'The ledger agrees with Alipay’s',
  14: 'A dead consumer is visible',
  15: 'Customers see and change only what is theirs',
  16: 'Shutdowns and crashes lose nothing that was acknowledged',
  17: 'A paid order is shipped exactly once, and not after its refund is known',
} as const

export type PromiseNumber = keyof typeof promises

/** A promise as it begins the name of a test. */
export const describePromise = (number: PromiseNumber): string => `promise ${number}: ${promises[number]}`

/** One broken promise, with the order (or SKU, key, trade) that shows it. */
export interface Break {
  promise: PromiseNumber
  /** An order id where there is one. */
  about: string
  what: string
}
