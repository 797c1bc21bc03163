import { expect, it } from 'vitest'
import { hasTooMany, type RefundChoice, requestOf } from './refund-choice.ts'

const choice: RefundChoice = {
  kind: 'lines',
  units: {},
  includeShipping: false,
  returnToStock: false,
  amountFen: undefined,
  outTradeNo: undefined,
}

const lines = ['SKU-1', 'SKU-2'].map(sku => ({ sku, quantity: 3, refundableQuantity: 2, refundableFen: 200 }))

it('refunds the lines that have units', () => {
  const units = { 'SKU-1': 2, 'SKU-2': 0 }
  expect(requestOf({ ...choice, units, returnToStock: true, includeShipping: true }, lines)).toEqual({
    lines: [{ sku: 'SKU-1', quantity: 2 }],
    returnToStock: true,
    includeShipping: true,
  })
})

it('refunds everything that is left of a trade', () => {
  expect(requestOf({ ...choice, kind: 'whole' }, lines)).toEqual({})
  expect(requestOf({ ...choice, kind: 'whole', outTradeNo: 't-2' }, lines)).toEqual({ outTradeNo: 't-2' })
})

it('refunds an amount, and leaves out what belongs to lines', () => {
  expect(requestOf({ ...choice, kind: 'amount', amountFen: 500, returnToStock: true }, lines)).toEqual({
    amountFen: 500,
  })
})

it('is no request while something is to be filled in', () => {
  expect(requestOf(choice, lines)).toBeUndefined()
  expect(requestOf({ ...choice, kind: 'amount' }, lines)).toBeUndefined()
})

it('is no request while more units are typed than can be refunded', () => {
  const tooMany = { ...choice, units: { 'SKU-1': 1, 'SKU-2': 3 } }
  expect(hasTooMany(tooMany, lines)).toBe(true)
  expect(requestOf(tooMany, lines)).toBeUndefined()
  expect(requestOf({ ...tooMany, kind: 'whole' }, lines)).toEqual({})
  expect(hasTooMany({ ...choice, units: { 'SKU-1': 2 } }, lines)).toBe(false)
})
