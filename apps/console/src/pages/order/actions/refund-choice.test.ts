import { expect, it } from 'vitest'
import { type RefundChoice, requestOf } from './refund-choice.ts'

const choice: RefundChoice = {
  kind: 'lines',
  units: {},
  includeShipping: false,
  returnToStock: false,
  amountFen: undefined,
  outTradeNo: undefined,
}

it('refunds the lines that have units', () => {
  const units = { 'SKU-1': 2, 'SKU-2': 0 }
  expect(requestOf({ ...choice, units, returnToStock: true, includeShipping: true })).toEqual({
    lines: [{ sku: 'SKU-1', quantity: 2 }],
    returnToStock: true,
    includeShipping: true,
  })
})

it('refunds everything that is left of a trade', () => {
  expect(requestOf({ ...choice, kind: 'whole' })).toEqual({})
  expect(requestOf({ ...choice, kind: 'whole', outTradeNo: 't-2' })).toEqual({ outTradeNo: 't-2' })
})

it('refunds an amount, and leaves out what belongs to lines', () => {
  expect(requestOf({ ...choice, kind: 'amount', amountFen: 500, returnToStock: true })).toEqual({ amountFen: 500 })
})

it('is no request while something is to be filled in', () => {
  expect(requestOf(choice)).toBeUndefined()
  expect(requestOf({ ...choice, kind: 'amount' })).toBeUndefined()
})
