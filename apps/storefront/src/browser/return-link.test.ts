import { expect, it } from 'vitest'
import { formatFen, formatSpan } from './format.ts'
import { linkQuery, readReturnLink } from './return-link.ts'

const sign = 'a'.repeat(64)

it("finds the shop's parameters among those that Alipay adds, also its signature", () => {
  const search = `?order_id=ord_1&t=17&sign=${sign}&charset=utf-8&out_trade_no=ord_1&sign=Q2%2FabcDEF%3D%3D&sign_type=RSA2`
  const link = readReturnLink({ pathname: '/payment/result', search })
  expect(link).toEqual({ orderId: 'ord_1', t: '17', sign })
  expect(link && linkQuery(link)).toBe(`order_id=ord_1&t=17&sign=${sign}`)
})

const alipays = '?charset=utf-8&out_trade_no=ord_9&total_amount=1.00&sign=Q2%2FabcDEF%3D%3D&trade_no=1&sign_type=RSA2'

it.each(['', alipays, `?order_id=ord_9&t=18&sign=${'b'.repeat(64)}`])(
  'reads a link from the path, whatever query was added: %s',
  search => {
    const link = { orderId: 'ord_1', t: '17', sign }
    expect(readReturnLink({ pathname: `/payment/result/ord_1/17/${sign}`, search })).toEqual(link)
    expect(readReturnLink({ pathname: `/payment/result/ord_1/17/${sign}/`, search })).toEqual(link)
  },
)

it.each(['/payment/result/ord_1/17/ab', '/payment/result/ord_1/x/0', `/x/payment/result/ord_1/17/${sign}`, '/'])(
  'reads no link from %s',
  pathname => expect(readReturnLink({ pathname, search: alipays })).toBeNull(),
)

it('reads no link from an ambiguous query', () => {
  const readQuery = (search: string) => readReturnLink({ pathname: '/payment/result', search })
  expect(readQuery(`?order_id=ord_1&order_id=ord_2&t=17&sign=${sign}`)).toBeNull()
  expect(readQuery(`?order_id=ord_1&t=17&sign=${sign}&sign=${'b'.repeat(64)}`)).toBeNull()
  expect(readQuery('')).toBeNull()
})

it('formats fen as yuan exactly', () => {
  expect([0, 5, 25_800, 10_000_000_000, 123_456_789, -1_005].map(formatFen)).toEqual([
    '¥0.00',
    '¥0.05',
    '¥258.00',
    '¥100,000,000.00',
    '¥1,234,567.89',
    '−¥10.05',
  ])
})

it('formats a time span in minutes and seconds, and stops at zero', () => {
  expect([1_745_000, 59_001, 0, -5].map(formatSpan)).toEqual(['29:05', '1:00', '0:00', '0:00'])
})
