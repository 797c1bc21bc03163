import { expect, it } from 'vitest'
import { readRefundArguments } from './refund-arguments.ts'

const bodyOf = (...args: string[]) => readRefundArguments(['ord_1', '--reason', 'broken', ...args])?.body

it('requests the whole remaining amount, an amount, or lines', () => {
  expect(bodyOf()).toEqual({ reason: 'broken' })
  expect(bodyOf('--amount', '12.34')).toEqual({ reason: 'broken', amountFen: 1_234 })
  expect(bodyOf('--line', 'tea-01=2', '--line', 'a=b=1', '--return-to-stock')).toEqual({
    reason: 'broken',
    lines: [
      { sku: 'tea-01', quantity: 2 },
      { sku: 'a=b', quantity: 1 },
    ],
    returnToStock: true,
  })
  expect(bodyOf('--line', 'tea-01=2', '--include-shipping')).toEqual({
    reason: 'broken',
    lines: [{ sku: 'tea-01', quantity: 2 }],
    includeShipping: true,
  })
})

it.each([
  ['0.29', 29],
  ['1.1', 110],
  ['100000000', 10_000_000_000],
])('reads %s yuan to the fen', (yuan, amountFen) => {
  expect(bodyOf('--amount', yuan)).toMatchObject({ amountFen })
})

it.each([
  [['--amount', '1.234']],
  [['--amount', '-1']],
  [['--amount', '1e3']],
  [['--line', 'tea-01']],
  [['--line', 'tea-01=0']],
  [['ord_2']],
  [['--unknown']],
])('does not guess what %j means', args => {
  expect(() => bodyOf(...args)).toThrow()
})

it('requires a reason, and shows the usage without an order', () => {
  expect(() => readRefundArguments(['ord_1'])).toThrow('--reason')
  expect(readRefundArguments([])).toBeUndefined()
  expect(readRefundArguments(['ord_1', '--help'])).toBeUndefined()
})
