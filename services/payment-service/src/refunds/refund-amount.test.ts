import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type RefundableTrade, refundableByLine, sizeRefund, sizeRetry } from './refund-amount.ts'

const ordered = [
  { sku: 'tea', quantity: 3, unitPriceFen: 100 },
  { sku: 'cup', quantity: 1, unitPriceFen: 250 },
]
const taken = { lines: [], shippingFen: 0 }
const trade = { paidFen: 550, refundingFen: 0, ordered, shippingFen: 0, taken }
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
    { ...trade, refundingFen: 200, taken: { lines: tea(2), shippingFen: 0 } },
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

// 3 × 100 − 50 = 250 for tea, 250 + 7 for cup, 120 for shipping.
const discounted: RefundableTrade = {
  paidFen: 627,
  refundingFen: 0,
  ordered: [
    { sku: 'tea', quantity: 3, unitPriceFen: 100, adjustmentFen: -50 },
    { sku: 'cup', quantity: 1, unitPriceFen: 250, adjustmentFen: 7 },
    { sku: 'gift', quantity: 2, unitPriceFen: 30, adjustmentFen: -60 },
    { sku: 'bag', quantity: 3, unitPriceFen: 1, adjustmentFen: -2 },
  ],
  shippingFen: 119,
  taken,
}
/** The trade after refunds of these lines and this much of shipping. */
function after(lines: { sku: string; quantity: number; amountFen: number }[], shippingFen = 0): RefundableTrade {
  const refundingFen = lines.reduce((sum, { amountFen }) => sum + amountFen, shippingFen)
  return { ...discounted, refundingFen, taken: { lines, shippingFen } }
}
const took = (sku: string, quantity: number, amountFen: number) => ({ sku, quantity, amountFen })
const cup = [{ sku: 'cup', quantity: 1 }]
const gift = [{ sku: 'gift', quantity: 1 }]

it.each([
  ['the first unit, rounded down', discounted, { lines: tea(1) }, { amountFen: 83, lines: [took('tea', 1, 83)] }],
  ['the second unit', after([took('tea', 1, 83)]), { lines: tea(1) }, { amountFen: 83 }],
  ['the last unit, with what rounding left', after([took('tea', 2, 166)]), { lines: tea(1) }, { amountFen: 84 }],
  ['two units at once', discounted, { lines: tea(2) }, { amountFen: 166 }],
  ['all units', discounted, { lines: tea(3) }, { amountFen: 250 }],
  ['a line with a surcharge', discounted, { lines: cup }, { amountFen: 257 }],
  ['a line and shipping', discounted, { lines: cup, includeShipping: true }, { amountFen: 376, shippingFen: 119 }],
  [
    'a line and what is left of shipping',
    after([took('tea', 1, 83)], 100),
    { lines: cup, includeShipping: true },
    { amountFen: 276, shippingFen: 19 },
  ],
  [
    'a line and shipping that was free',
    { ...discounted, shippingFen: 0 },
    { lines: cup, includeShipping: true },
    { amountFen: 257, shippingFen: 0 },
  ],
  [
    'a free line beside another',
    discounted,
    { lines: [...gift, ...cup] },
    { amountFen: 257, lines: [took('gift', 1, 0), took('cup', 1, 257)] },
  ],
  ['a free line and shipping', discounted, { lines: gift, includeShipping: true }, { amountFen: 119 }],
  ['all that is left, shipping too', after([took('tea', 1, 83)]), {}, { amountFen: 544, shippingFen: 0 }],
  [
    'units after a refund that has no amount per line',
    { ...trade, refundingFen: 100, taken: { lines: tea(1), shippingFen: 0 } },
    { lines: tea(2) },
    { amountFen: 200 },
  ],
  [
    'a line whose amount times its units is more than a number holds exactly',
    {
      ...trade,
      paidFen: 9_999_999_999,
      ordered: [{ sku: 'tea', quantity: 1_000_000, unitPriceFen: 10_000, adjustmentFen: -1 }],
    },
    { lines: tea(999_999) },
    { amountFen: 9_999_989_999 },
  ],
])('refunds the share of %s', (_name, given, wanted, expected) => {
  expect(sizeRefund(given, wanted)).toMatchObject({ outcome: 'fits', ...expected })
})

it.each([
  ['a free line', discounted, { lines: gift }, { outcome: 'costs_nothing' }],
  [
    'a unit whose share is less than a fen',
    discounted,
    { lines: [{ sku: 'bag', quantity: 1 }] },
    { outcome: 'costs_nothing' },
  ],
  [
    'shipping that was refunded',
    after([took('tea', 1, 83)], 119),
    { lines: cup, includeShipping: true },
    { outcome: 'shipping_refunded' },
  ],
  [
    'a line and shipping, after an amount that left less',
    { ...discounted, refundingFen: 300 },
    { lines: cup, includeShipping: true },
    { outcome: 'exceeds_balance', leftFen: 327 },
  ],
])('refuses %s', (_name, given, wanted, expected) => {
  expect(sizeRefund(given, wanted)).toEqual(expected)
})

it('lists what a refund of all remaining units takes, at most what is left of the trade', () => {
  const listed = (given: RefundableTrade) => {
    const { lines, shippingRefundableFen } = refundableByLine(given)
    return [...lines.map(line => [line.sku, line.refundableQuantity, line.refundableFen]), shippingRefundableFen]
  }
  expect(refundableByLine(discounted).lines[0]).toEqual({
    sku: 'tea',
    quantity: 3,
    refundableQuantity: 3,
    refundableFen: 250,
  })
  expect(listed(after([took('tea', 1, 83), took('cup', 1, 257)], 119))).toEqual([
    ['tea', 2, 167],
    ['cup', 0, 0],
    ['gift', 2, 0],
    ['bag', 3, 1],
    0,
  ])
  expect(listed({ ...discounted, refundingFen: 527 })).toEqual([
    ['tea', 3, 100],
    ['cup', 1, 100],
    ['gift', 2, 0],
    ['bag', 3, 1],
    100,
  ])
  expect(listed({ ...discounted, refundingFen: 627 })).toEqual([
    ['tea', 0, 0],
    ['cup', 0, 0],
    ['gift', 0, 0],
    ['bag', 0, 0],
    0,
  ])
})

it.each([
  ['fits where nothing changed', after([took('tea', 1, 83)]), took('tea', 1, 83), { outcome: 'fits', amountFen: 83 }],
  ['fits as the last unit', after([took('tea', 2, 166)]), took('tea', 1, 84), { outcome: 'fits', amountFen: 84 }],
  ['of 84 fen fits before the others', discounted, took('tea', 1, 84), { outcome: 'fits', amountFen: 84 }],
  // Two units took 83 and 84, then a refund of the same slot failed: all three would be one fen too many or too few.
  ['would take a fen too many', after([took('tea', 2, 167)]), took('tea', 1, 84), { outcome: 'share_changed' }],
  ['would leave a fen', after([took('tea', 2, 166)]), took('tea', 1, 83), { outcome: 'share_changed', sku: 'tea' }],
  ['has no units left', after([took('tea', 3, 250)]), took('tea', 1, 83), { outcome: 'line_exceeds', left: 0 }],
  [
    'has no balance left',
    { ...discounted, refundingFen: 600 },
    took('tea', 1, 83),
    { outcome: 'exceeds_balance', leftFen: 27 },
  ],
])('checks a retry that %s, without another amount', (_name, given, line, expected) => {
  expect(sizeRetry(given, { amountFen: line.amountFen, lines: [line], shippingFen: 0 })).toMatchObject(expected)
})

it('refuses a retry whose shipping was refunded meanwhile', () => {
  const retried = { amountFen: 376, lines: [took('cup', 1, 257)], shippingFen: 119 }
  expect(sizeRetry(after([], 119), retried)).toEqual({ outcome: 'shipping_refunded' })
  expect(sizeRetry(after([took('tea', 1, 83)]), retried)).toMatchObject({ outcome: 'fits', amountFen: 376 })
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
        const size = sizeRefund({ ...trade, refundingFen, taken: { lines: linesBefore, shippingFen: 0 } }, one)
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
