import { expect, it } from 'vitest'
import { meaningOf } from './texts.ts'

it.each([
  ['it has no CloudEvents headers ce_type and ce_id', 'noHeaders'],
  ['its type is unknown: shop.orders.OrderGifted.v9', 'unknownType'],
  ['its data is not that of shop.orders.OrderPlaced.v1: /items must be array', 'badData'],
  ['its value is not JSON: Unexpected token', 'notJson'],
  ['PaymentSucceeded: unknown_order: paymentSucceeded for ord_1', 'unknownOrder'],
  ['OrderPaid: there is no such order', 'refused'],
])('explains the reason “%s”', (reason, meaning) => {
  expect(meaningOf({ reason, redrivable: true })).toBe(meaning)
})

it('explains that an event was never published, whatever the reason says', () => {
  expect(meaningOf({ reason: 'Kafka refused it: INVALID_RECORD', redrivable: false })).toBe('neverPublished')
})
