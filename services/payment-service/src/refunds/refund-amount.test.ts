import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sizeRefund } from './refund-amount.ts'

const ordered = [
  { sku: 'tea', quantity: 3, unitPriceFen: 100 },
  { sku: 'cup', quantity: 1, unitPriceFen: 250 },
]
const trade = { paidFen: 550, refundingFen: 0, ordered, linesBefore: [] }
const tea = (quantity: number) => [{ sku: 'tea', quantity }]

it.each([
  ['all that is left', trade, {}, { outcome: 'fits', amountFen: 550 }],
  ['the rest', { ...trade, refundingFen: 500 }, {}, { outcome: 'fits', amountFen: 50 }],
  ['an amount', trade, { amountFen: 1 }, { outcome: 'fits', amountFen: 1 }],
  [
    'more than is left',
    { ...trade, refundingFen: 500 },
    { amountFen: 51 },
    { outcome: 'exceeds_balance', leftFen: 50 },
  ],
  ['something when nothing is left', { ...trade, refundingFen: 550 }, { amountFen: 1 }, { outcome: 'nothing_left' }],
  ['lines, at their price', trade, { lines: tea(2) }, { outcome: 'fits', amountFen: 200, lines: tea(2) }],
  ['a line in two parts', trade, { lines: [...tea(1), ...tea(1)] }, { outcome: 'fits', amountFen: 200, lines: tea(2) }],
  ['more units than were ordered', trade, { lines: tea(4) }, { outcome: 'line_exceeds', sku: 'tea', left: 3 }],
  [
    'more units than are left',
    { ...trade, refundingFen: 200, linesBefore: tea(2) },
    { lines: tea(2) },
    { outcome: 'line_exceeds', sku: 'tea', left: 1 },
  ],
  ['a line of another order', trade, { lines: [{ sku: 'pot', quantity: 1 }] }, { outcome: 'line_not_ordered' }],
  [
    'lines of an order whose prices are not known',
    { ...trade, ordered: undefined },
    { lines: tea(1) },
    { outcome: 'line_not_ordered' },
  ],
  [
    'lines that cost more than is left',
    { ...trade, refundingFen: 500 },
    { lines: tea(1) },
    { outcome: 'exceeds_balance', leftFen: 50 },
  ],
])('sizes a refund of %s', (_name, given, wanted, expected) => {
  expect(sizeRefund(given, wanted)).toMatchObject(expected)
})

it('never refunds more than was paid, nor more units, whatever is requested in whatever sequence', () => {
  const line = fc.record({ sku: fc.constantFrom('tea', 'cup', 'pot'), quantity: fc.integer({ min: 1, max: 4 }) })
  const wanted = fc.oneof(
    fc.record({ amountFen: fc.integer({ min: 1, max: 600 }) }),
    fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 4 }) }),
    fc.constant({}),
  )
  fc.assert(
    fc.property(fc.array(wanted, { maxLength: 12 }), all => {
      let refundingFen = 0
      const linesBefore: { sku: string; quantity: number }[] = []
      for (const one of all) {
        const size = sizeRefund({ ...trade, refundingFen, linesBefore }, one)
        if (size.outcome !== 'fits') continue
        refundingFen += size.amountFen
        linesBefore.push(...(size.lines ?? []))
      }
      expect(refundingFen).toBeLessThanOrEqual(trade.paidFen)
      for (const { sku, quantity } of ordered) {
        const refunded = linesBefore.filter(one => one.sku === sku).reduce((sum, one) => sum + one.quantity, 0)
        expect(refunded).toBeLessThanOrEqual(quantity)
      }
    }),
  )
})
