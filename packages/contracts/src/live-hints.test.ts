import { expect, it } from 'vitest'
import { type OrderHint, orderHintsChannel, readOrderHints } from './live-hints.ts'

const good: OrderHint = { orderId: 'ord_1', orderStatus: 'PAID' }

it.each([
  ['nothing', '', 1],
  ['text', 'nonsense', 1],
  ['null', 'null', 1],
  ['a number', '7', 1],
  ['an object', '{"orderId":"ord_1","orderStatus":"PAID"}', 1],
  ['a string', '"[]"', 1],
  ['no hints', '[]', 0],
  ['elements that are not hints', '[null, 1, "x", [], {}, {"orderId":1,"orderStatus":"PAID"}]', 6],
  ['an unknown state', '[{"orderId":"ord_1","orderStatus":"__proto__"}]', 1],
  ['truncated JSON', '[{"orderId":"ord_1"', 1],
])('leaves out and counts %s', (_name, message, malformed) => {
  expect(readOrderHints(message)).toEqual({ hints: [], malformed })
})

it('reads the hints beside malformed ones', () => {
  expect(readOrderHints(JSON.stringify([null, good]))).toEqual({ hints: [good], malformed: 1 })
})

it('uses a separate channel for each system', () => {
  expect(orderHintsChannel('staging')).not.toBe(orderHintsChannel('production'))
})
