import { expect, it } from 'vitest'
import { formatFen, formatSpan } from './format.ts'
import { linkQuery, readReturnLink } from './return-link.ts'

const sign = 'a'.repeat(64)

it('finds our own parameters among those that Alipay adds, its signature too', () => {
  const search = `?order_id=ord_1&t=17&sign=${sign}&charset=utf-8&out_trade_no=ord_1&sign=Q2%2FabcDEF%3D%3D&sign_type=RSA2`
  const link = readReturnLink(search)
  expect(link).toEqual({ orderId: 'ord_1', t: '17', sign })
  expect(link && linkQuery(link)).toBe(`order_id=ord_1&t=17&sign=${sign}`)
})

it('does not guess between two links', () => {
  expect(readReturnLink(`?order_id=ord_1&order_id=ord_2&t=17&sign=${sign}`)).toBeNull()
  expect(readReturnLink(`?order_id=ord_1&t=17&sign=${sign}&sign=${'b'.repeat(64)}`)).toBeNull()
  expect(readReturnLink('')).toBeNull()
})

it('writes fen as yuan without losing one', () => {
  expect([0, 5, 25_800, 10_000_000_000, 123_456_789].map(formatFen)).toEqual([
    '¥0.00',
    '¥0.05',
    '¥258.00',
    '¥100,000,000.00',
    '¥1,234,567.89',
  ])
})

it('counts down in minutes and seconds, and stops at nothing', () => {
  expect([1_745_000, 59_001, 0, -5].map(formatSpan)).toEqual(['29:05', '1:00', '0:00', '0:00'])
})
