import { describe, expect, it } from 'vitest'
import { createSoldOutCache } from './sold-out.ts'

const shortages = (count: number, { sku = 'tea-01', available = 0 } = {}) =>
  Array.from({ length: count }, () => ({ sku, requested: 1, available }))
const basket = [
  { sku: 'tea-01', quantity: 2 },
  { sku: 'cup-01', quantity: 1 },
]
const tea = [{ sku: 'tea-01', requested: 2, available: 0 }]

describe('the cache of sold-out SKUs', () => {
  it('reports a SKU as sold out for a moment after 16 rejections in one batch', () => {
    let at = 1_000
    const soldOut = createSoldOutCache(() => at)
    soldOut.record([...shortages(16), ...shortages(15, { sku: 'cup-01' })])
    expect(soldOut.shortagesOf(basket)).toEqual(tea)
    at += 199
    expect(soldOut.shortagesOf(basket)).toEqual(tea)
    at += 1
    expect(soldOut.shortagesOf(basket)).toEqual([])
  })

  it('does not add up the rejections of several batches', () => {
    const soldOut = createSoldOutCache(() => 1_000)
    for (let batch = 0; batch < 5; batch++) soldOut.record(shortages(15))
    expect(soldOut.shortagesOf(basket)).toEqual([])
  })

  it('ignores rejections where some units are available, because a smaller order may get them', () => {
    const soldOut = createSoldOutCache(() => 1_000)
    soldOut.record(shortages(100, { available: 1 }))
    expect(soldOut.shortagesOf(basket)).toEqual([])
  })
})
