/** What the system promises, by number, as far as its data can show it. */
export const promises = {
  1: 'Never oversold: units on sale, reserved and sold add up, and equal what the orders have',
  2: 'One order for each idempotency key',
  3: 'Every paid trade ends as a PAID order or a full refund',
  4: 'At most one payment of an order is kept',
  5: 'Money that came after closing revives the order, or goes back once',
  6: 'A refund happens at most once',
  7: 'Nothing is lost between the services',
  8: 'Effects happen once',
  9: 'A message that could not be handled has a case',
  10: 'Orders that are due are closed',
  12: 'What Alipay signed and we did not accept has a case',
  13: 'Alipay’s books are ours',
} as const

export type PromiseNumber = keyof typeof promises

/** One broken promise, with the order (or SKU, key, trade) that shows it. */
export interface Break {
  promise: PromiseNumber
  /** An order id where there is one. */
  about: string
  what: string
}
