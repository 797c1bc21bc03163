import { expect, it } from 'vitest'
import { mergeLines, prefersAsync, quantityMax, requestHash } from './order-request.ts'

it('merges lines of the same SKU where it first appears', () => {
  const lines = [
    { sku: 'b', quantity: 1 },
    { sku: 'a', quantity: 2 },
    { sku: 'b', quantity: 3 },
  ]
  expect(mergeLines(lines)).toEqual([
    { sku: 'b', quantity: 4 },
    { sku: 'a', quantity: 2 },
  ])
})

it('names the line with which a SKU exceeds the maximum', () => {
  const lines = [
    { sku: 'a', quantity: quantityMax },
    { sku: 'b', quantity: 1 },
    { sku: 'a', quantity: 1 },
  ]
  expect(() => mergeLines(lines)).toThrow(/^items\.2\.quantity raises a to 1000001, more than 1000000\.$/)
})

it('hashes the meaning of a request, not its spelling', () => {
  const asked = requestHash([
    { sku: 'a', quantity: 2 },
    { sku: 'b', quantity: 1 },
  ])
  expect(
    requestHash([
      { quantity: 1, sku: 'b' },
      { quantity: 2, sku: 'a' },
    ]),
  ).toBe(asked)
  expect(
    requestHash(
      mergeLines([
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 1 },
        { sku: 'a', quantity: 1 },
      ]),
    ),
  ).toBe(asked)
  expect(requestHash([{ sku: 'a', quantity: 21 }])).not.toBe(requestHash([{ sku: 'a2', quantity: 1 }]))
})

it('hashes how the order is to be paid, only where the request says so', () => {
  const lines = [{ sku: 'a', quantity: 2 }]
  // Of a request before there were methods: it must not change, or its repeats would be refused.
  expect(requestHash(lines)).toBe('13fcc92bfc75e0fbca4871830c9fdf7919394ce2c107485906711c4a541b0f58')
  const instalments = { number: 3, sellerPaysFee: false } as const
  const hashes = [
    requestHash(lines),
    requestHash(lines, { paymentMethod: 'auto' }),
    requestHash(lines, { paymentMethod: 'alipay_page' }),
    requestHash(lines, { paymentMethod: 'alipay_page', instalments }),
    requestHash(lines, { paymentMethod: 'alipay_page', instalments: { ...instalments, sellerPaysFee: true } }),
    requestHash(lines, { paymentMethod: 'alipay_jsapi', buyerOpenId: 'a' }),
    requestHash(lines, { paymentMethod: 'alipay_jsapi', buyerId: 'a' }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(requestHash(lines, { instalments: { sellerPaysFee: false, number: 3 }, paymentMethod: 'alipay_page' })).toBe(
    hashes[3],
  )
})

it('hashes what the order carries, whatever the order of its keys', () => {
  const lines = [{ sku: 'a', quantity: 2 }]
  const shipTo = { name: 'a', phone: '12345', province: 'b', city: 'c', district: 'd', street: 'e' }
  const hashes = [
    requestHash(lines),
    requestHash(lines, { reference: 'r' }),
    requestHash(lines, { note: 'r' }),
    requestHash(lines, { quote: 'r.r.r' }),
    requestHash(lines, { expectedTotalFen: 0 }),
    requestHash(lines, { metadata: {} }),
    requestHash(lines, { metadata: { a: 'b', c: 'd' } }),
    requestHash(lines, { metadata: { a: 'b,c', d: '' } }),
    requestHash(lines, { shipTo }),
    requestHash(lines, { shipTo: { ...shipTo, street: '' } }),
    requestHash(lines, { shipTo: { ...shipTo, postalCode: '310000' } }),
    requestHash(lines, { shipTo: { ...shipTo, country: 'CN' } }),
    requestHash(lines, { shipTo, paymentMethod: 'auto' }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(requestHash(lines, { metadata: { c: 'd', a: 'b' } })).toBe(hashes[6])
  const { name, ...rest } = shipTo
  expect(requestHash(lines, { shipTo: { ...rest, name } })).toBe(hashes[8])
})

it.each([
  ['respond-async', true],
  ['wait=10, Respond-Async', true],
  ['respond-async; foo', true],
  ['return=minimal', false],
  ['respond-asynchronously', false],
  [undefined, false],
])('reads the preference %s', (header, expected) => {
  expect(prefersAsync(header)).toBe(expected)
})
