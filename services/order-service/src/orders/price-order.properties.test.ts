import type { Adjustment } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CatalogueEntry } from '../catalogue/product-store.ts'
import { type PricedOrder, priceOrder } from './price-order.ts'

const totalFenMax = 10_000_000_000
/** How large the largest order of a kind may be: prices up to `priceFen`, and adjustments of about a line. */
const sizes = [
  { priceFen: 10, quantity: 20, lines: 100 },
  { priceFen: 20_000, quantity: 20, lines: 100 },
  { priceFen: 2_000_000_000, quantity: 2, lines: 3 },
  { priceFen: totalFenMax, quantity: 1, lines: 1 },
]

/** Items with their prices, and adjustments of these SKUs or of all, which need not go together. */
const anyOrder = fc.constantFrom(...sizes).chain(({ priceFen, quantity, lines }) => {
  const product = fc.record({
    quantity: fc.integer({ min: 1, max: quantity }),
    priceFen: fc.integer({ min: 1, max: priceFen }),
  })
  return fc.array(product, { minLength: 1, maxLength: lines }).chain(products => {
    const named = products.map((product, index) => ({ ...product, sku: `sku-${index}` }))
    const sku = fc.option(fc.constantFrom(...named.map(({ sku }) => sku)), { nil: undefined, freq: 1 })
    const type = fc.constantFrom<Adjustment['type']>('shipping', 'discount', 'surcharge')
    const amount = fc.integer({ min: 1, max: priceFen })
    const adjustment = fc.record({ type, amount, sku }).map(({ type, amount, sku }): Adjustment => {
      const amountFen = type === 'discount' ? -amount : amount
      return { type, label: type, amountFen, ...(sku === undefined ? {} : { sku }) }
    })
    return fc.record({ products: fc.constant(named), adjustments: fc.array(adjustment, { maxLength: 20 }) })
  })
})

type AnyOrder = typeof anyOrder extends fc.Arbitrary<infer T> ? T : never

function price({ products, adjustments }: AnyOrder): PricedOrder | Problem {
  const entries = products.map(({ sku, priceFen }): [string, CatalogueEntry] => [
    sku,
    { sku, title: sku, priceFen, onSale: true, maxPerCustomer: null },
  ])
  return priceOrder(
    products.map(({ sku, quantity }) => ({ sku, quantity })),
    new Map(entries),
    adjustments,
  )
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, one) => total + BigInt(one), 0n)
const isInLine = ({ type }: Adjustment) => type !== 'shipping'

/** Runs `check` with the orders of which a total can be made. */
function withPriced(check: (order: AnyOrder, priced: PricedOrder) => void): void {
  let priced = 0
  fc.assert(
    fc.property(anyOrder, order => {
      const result = price(order)
      if (result instanceof Problem) return
      priced++
      check(order, result)
    }),
    { numRuns: 1_000 },
  )
  expect(priced).toBeGreaterThan(100)
}

it('divides discounts and surcharges into shares that add up exactly', () => {
  withPriced(({ adjustments }, { lines, totalFen }) => {
    const shares = sum(lines.map(({ adjustmentFen = 0 }) => adjustmentFen))
    expect(shares).toBe(sum(adjustments.filter(isInLine).map(({ amountFen }) => amountFen)))
    const shipping = sum(adjustments.filter(one => !isInLine(one)).map(({ amountFen }) => amountFen))
    const gross = lines.reduce((total, line) => total + BigInt(line.quantity) * BigInt(line.unitPriceFen), 0n)
    expect(BigInt(totalFen)).toBe(gross + shares + shipping)
  })
})

it('makes no line negative, and no total below 1 fen or above the limit of a payment', () => {
  withPriced((_order, { lines, totalFen }) => {
    for (const { quantity, unitPriceFen, adjustmentFen = 0 } of lines) {
      expect(quantity * unitPriceFen + adjustmentFen).toBeGreaterThanOrEqual(0)
      expect(Math.abs(adjustmentFen)).toBeLessThanOrEqual(totalFenMax)
      expect(Object.is(adjustmentFen, -0)).toBe(false)
    }
    expect(totalFen).toBeGreaterThanOrEqual(1)
    expect(totalFen).toBeLessThanOrEqual(totalFenMax)
  })
})

it('gives each line less than a fen more or less than its proportion', () => {
  withPriced(({ adjustments }, { lines }) => {
    const inLines = adjustments.filter(isInLine)
    const own = lines.map(({ sku }) => sum(inLines.filter(one => one.sku === sku).map(({ amountFen }) => amountFen)))
    const gross = lines.map(({ quantity, unitPriceFen }) => BigInt(quantity * unitPriceFen))
    const nets = gross.map((fen, index) => fen + (own[index] as bigint))
    const weights = nets.some(net => net > 0n) ? nets : gross
    const total = weights.reduce((all, weight) => all + weight, 0n)
    const spread = sum(inLines.filter(({ sku }) => sku === undefined).map(({ amountFen }) => amountFen))
    for (const [index, { adjustmentFen = 0 }] of lines.entries()) {
      const off = (BigInt(adjustmentFen) - (own[index] as bigint)) * total - spread * (weights[index] as bigint)
      expect(off < total && off > -total).toBe(true)
    }
  })
})

it('prices alike in whatever order the keys of its JSON and the adjustments are', () => {
  fc.assert(
    fc.property(anyOrder, order => {
      const adjustments = order.adjustments.map(
        one => Object.fromEntries(Object.entries(one).toReversed()) as unknown as Adjustment,
      )
      const turned = price({ ...order, adjustments: adjustments.toReversed() })
      const priced = price(order)
      if (priced instanceof Problem) expect(turned).toMatchObject({ type: priced.type })
      else expect(turned).toEqual({ ...priced, adjustments: priced.adjustments.toReversed() })
    }),
  )
})
