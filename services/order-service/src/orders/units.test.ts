import { expect, it } from 'vitest'
import { commonUnits, mergeUnits, subtractUnits } from './units.ts'

const tea = (quantity: number) => ({ sku: 'tea', quantity })
const cup = (quantity: number) => ({ sku: 'cup', quantity })

it('merges lines of the same SKU', () => {
  expect(mergeUnits([tea(1), cup(2), tea(3)])).toEqual([tea(4), cup(2)])
})

it('subtracts by SKU, never below 0', () => {
  expect(subtractUnits([tea(3), cup(2)], [cup(2), tea(1), tea(1)])).toEqual([tea(1)])
  expect(subtractUnits([tea(1)], [tea(5), cup(1)])).toEqual([])
})

it('finds common units by SKU', () => {
  expect(commonUnits([tea(1), tea(2), cup(1)], [tea(2)])).toEqual([tea(2)])
  expect(commonUnits([tea(1)], [tea(2), cup(1)])).toEqual([tea(1)])
})
