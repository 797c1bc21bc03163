import type { Adjustment } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { expect, it } from 'vitest'
import type { CatalogueEntry } from '../catalogue/product-store.ts'
import { priceOrder } from './price-order.ts'

const product = (sku: string, priceFen: number, onSale = true): [string, CatalogueEntry] => [
  sku,
  { sku, title: sku.toUpperCase(), priceFen, onSale, maxPerCustomer: null },
]
const catalogue = new Map([
  product('tea', 12_900),
  product('cup', 6_800),
  product('fen', 1),
  product('old', 100, false),
  product('gold', 10_000_000_000),
])

const shipping = (amountFen: number, sku?: string): Adjustment => of('shipping', amountFen, sku)
const discount = (amountFen: number, sku?: string): Adjustment => of('discount', amountFen, sku)
const surcharge = (amountFen: number, sku?: string): Adjustment => of('surcharge', amountFen, sku)
const of = (type: Adjustment['type'], amountFen: number, sku?: string): Adjustment =>
  sku === undefined ? { type, label: type, amountFen } : { type, label: type, amountFen, sku }

type Items = Record<string, number>
const price = (items: Items, ...adjustments: Adjustment[]) =>
  priceOrder(
    Object.entries(items).map(([sku, quantity]) => ({ sku, quantity })),
    catalogue,
    adjustments,
  )

/** The total and the shares of the lines, or the problem's type and detail. */
function outcome(items: Items, ...adjustments: Adjustment[]) {
  const priced = price(items, ...adjustments)
  if (priced instanceof Problem) return [priced.type, priced.message]
  return [priced.totalFen, priced.lines.map(({ adjustmentFen }) => adjustmentFen)]
}

const twoTeas = { tea: 2 }
const teasAndCup = { tea: 2, cup: 1 }
const none = undefined

it('takes titles and prices from the catalogue', () => {
  expect(price(teasAndCup)).toEqual({
    lines: [
      { sku: 'tea', title: 'TEA', quantity: 2, unitPriceFen: 12_900 },
      { sku: 'cup', title: 'CUP', quantity: 1, unitPriceFen: 6_800 },
    ],
    adjustments: [],
    totalFen: 32_600,
  })
})

it.each<[string, Items, Adjustment[], number, (number | undefined)[]]>([
  ['shipping is in no line', twoTeas, [shipping(1_200)], 27_000, [none]],
  ['free shipping', twoTeas, [shipping(0)], 25_800, [none]],
  ['shipping of one line', teasAndCup, [shipping(1_200, 'cup')], 33_800, [none, none]],
  ['a discount of one line', teasAndCup, [discount(-800, 'cup')], 31_800, [none, -800]],
  ['a surcharge of one line', teasAndCup, [surcharge(500, 'tea')], 33_100, [500, none]],
  ['a discount is spread by amounts', teasAndCup, [discount(-1_000)], 31_600, [-791, -209]],
  ['a surcharge is spread by amounts', teasAndCup, [surcharge(1_000)], 33_600, [791, 209]],
  ['the sum is spread once', teasAndCup, [discount(-1_003), surcharge(3)], 31_600, [-791, -209]],
  ['spread by amounts after the own', teasAndCup, [discount(-6_800, 'cup'), discount(-100)], 25_700, [-100, -6_800]],
  ['what cancels out is no share', twoTeas, [discount(-5), surcharge(5)], 25_800, [none]],
  ['ties go to the first lines', { fen: 1, tea: 1, cup: 1 }, [discount(-1)], 19_700, [none, -1, none]],
  ['a fen goes to the largest remainder', { cup: 1, tea: 1 }, [surcharge(1)], 19_701, [none, 1]],
  ['equal lines share to the fen', { cup: 2, tea: 1 }, [discount(-2)], 26_498, [-1, -1]],
  ['all lines free, shipping paid', twoTeas, [discount(-25_800), shipping(1)], 1, [-25_800]],
  ['a surcharge on free lines', teasAndCup, freeAnd(surcharge(326)), 326, [-25_800 + 258, -6_800 + 68]],
  ['the largest total', { gold: 1 }, [discount(-1), surcharge(1)], 10_000_000_000, [none]],
  ['one fen is left', { gold: 1 }, [discount(-9_999_999_999)], 1, [-9_999_999_999]],
])('prices an order: %s', (_what, items, adjustments, totalFen, shares) => {
  expect(outcome(items, ...adjustments)).toEqual([totalFen, shares])
})

function freeAnd(other: Adjustment): Adjustment[] {
  return [discount(-25_800, 'tea'), discount(-6_800, 'cup'), other]
}

it.each<[string, Items, Adjustment[], string]>([
  ['negative shipping', twoTeas, [shipping(-1)], 'adjustments.0: shipping can not be negative (-1 fen)'],
  ['a discount of 0', twoTeas, [shipping(1), discount(0)], 'adjustments.1: a discount must be negative (0 fen)'],
  ['a positive discount', twoTeas, [discount(5)], 'adjustments.0: a discount must be negative (5 fen)'],
  ['a surcharge of 0', twoTeas, [surcharge(0)], 'adjustments.0: a surcharge must be positive (0 fen)'],
  ['a negative surcharge', twoTeas, [surcharge(-1)], 'adjustments.0: a surcharge must be positive (-1 fen)'],
  ['shipping of another SKU', twoTeas, [shipping(1, 'cup')], 'adjustments.0: cup is not ordered'],
  ['a discount of another SKU', twoTeas, [shipping(1), discount(-1, 'cup')], 'adjustments.1: cup is not ordered'],
  ['a surcharge of another SKU', twoTeas, [surcharge(1, 'cup')], 'adjustments.0: cup is not ordered'],
  [
    'a negative line',
    teasAndCup,
    [discount(-6_000, 'cup'), shipping(9_000), discount(-801, 'cup')],
    'adjustments.0, adjustments.2: the line cup would become negative (-1 fen)',
  ],
  [
    'a negative line that a surcharge would make up for',
    teasAndCup,
    [discount(-6_801, 'cup'), surcharge(10_000)],
    'adjustments.0: the line cup would become negative (-1 fen)',
  ],
  [
    'discounts above the lines',
    teasAndCup,
    [discount(-32_601), shipping(5_000)],
    'adjustments.0: together -32601 fen are taken off lines that have 32600 fen',
  ],
  [
    'a discount on free lines',
    twoTeas,
    [discount(-25_800, 'tea'), discount(-1)],
    'adjustments.1: together -1 fen are taken off lines that have 0 fen',
  ],
  ['a total of 0', twoTeas, [discount(-25_800)], 'The quote makes a total of 0 fen'],
])('refuses the quote with %s', (_what, items, adjustments, detail) => {
  const refused = price(items, ...adjustments) as Problem
  expect(refused).toBeInstanceOf(Problem)
  expect([refused.type, refused.extra]).toEqual(['quote-invalid', { reason: 'adjustments' }])
  expect(refused.message).toContain(detail)
})

it.each<[string, Items, Adjustment[]]>([
  ['lines', { gold: 2 }, []],
  ['lines before a discount', { gold: 1, fen: 1 }, [discount(-5_000_000_000)]],
  ['shipping', { gold: 1 }, [shipping(1)]],
  ['surcharges', { gold: 1 }, [surcharge(1)]],
])('refuses a total above the limit of one payment, by its %s', (_what, items, adjustments) => {
  expect(outcome(items, ...adjustments)[0]).toBe('amount-out-of-range')
})

it('refuses what is unknown or not on sale before it looks at the quote', () => {
  expect(price({ tea: 1, nope: 1 }, discount(1))).toMatchObject({ type: 'unknown-sku', extra: { skus: ['nope'] } })
  expect(price({ old: 1 }, discount(1))).toMatchObject({ type: 'product-not-on-sale', extra: { skus: ['old'] } })
})
