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
