import { expect, test } from 'vitest'
import { createSoldOutMemory } from './sold-out.ts'

const shortages = (count: number, { sku = 'tea-01', available = 0 } = {}) =>
  Array.from({ length: count }, () => ({ sku, requested: 1, available }))
const basket = [
  { sku: 'tea-01', quantity: 2 },
  { sku: 'cup-01', quantity: 1 },
]
const tea = [{ sku: 'tea-01', requested: 2, available: 0 }]

test('what a crowd was refused is sold out for a moment, and then asked about again', () => {
  let at = 1_000
  const soldOut = createSoldOutMemory(() => at)
  soldOut.heard([...shortages(16), ...shortages(15, { sku: 'cup-01' })])
  expect(soldOut.shortagesOf(basket)).toEqual(tea)
  at += 199
  expect(soldOut.shortagesOf(basket)).toEqual(tea)
  at += 1
  expect(soldOut.shortagesOf(basket)).toEqual([])
})

test('a few refusals say nothing about the next order, however many batches they come in', () => {
  const soldOut = createSoldOutMemory(() => 1_000)
  for (let batch = 0; batch < 5; batch++) soldOut.heard(shortages(15))
  expect(soldOut.shortagesOf(basket)).toEqual([])
})

test('where something is left, a smaller order may still get it', () => {
  const soldOut = createSoldOutMemory(() => 1_000)
  soldOut.heard(shortages(100, { available: 1 }))
  expect(soldOut.shortagesOf(basket)).toEqual([])
})
