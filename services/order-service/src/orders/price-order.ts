import type { Adjustment, InternalPlaceOrder, OrderLine } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import type { CatalogueEntry } from '../catalogue/product-store.ts'

/** The largest amount of one Alipay payment, 100,000,000.00 yuan. */
const totalFenMax = 10_000_000_000

/** What an order costs. The lines' nets and the shipping add up to the total. */
export interface PricedOrder {
  readonly lines: readonly OrderLine[]
  readonly adjustments: readonly Adjustment[]
  readonly totalFen: number
}

/** An adjustment with its place in the quote, for messages. */
interface Placed extends Adjustment {
  readonly name: string
}

/**
 * Prices items, each SKU once, by the catalogue and the adjustments of a quote; none for an order without one. A discount
 * or surcharge with a SKU belongs to that line. The sum of the others is spread over the lines by their amounts after
 * that. Returns the problem `unknown-sku`, `product-not-on-sale`, `quote-invalid` or `amount-out-of-range` where the
 * order can't be priced.
 */
export function priceOrder(
  items: InternalPlaceOrder['items'],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  adjustments: readonly Adjustment[],
): PricedOrder | Problem {
  const refusal = unavailable(items, catalogue)
  if (refusal) return refusal
  const lines = items.map(({ sku, quantity }): OrderLine => {
    const { title, priceFen } = catalogue.get(sku) as CatalogueEntry
    return { sku, title, quantity, unitPriceFen: priceFen }
  })
  const linesFen = sum(lines.map(grossFen))
  // A line's share of the discounts is at most the line, so with this limit events can hold it.
  if (linesFen > totalFenMax) return outOfRange(linesFen)
  if (adjustments.length === 0) return { lines, adjustments, totalFen: linesFen }
  const adjusted = adjustLines(lines, adjustments)
  if (adjusted instanceof Problem) return adjusted
  const totalFen = linesFen + sum(adjustments.map(({ amountFen }) => amountFen))
  if (totalFen < 1) return quoteInvalid(`makes a total of ${totalFen} fen, and an order must cost at least 1 fen`)
  if (totalFen > totalFenMax) return outOfRange(totalFen)
  return { lines: adjusted, adjustments, totalFen }
}

function unavailable(
  items: InternalPlaceOrder['items'],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): Problem | undefined {
  const unknown = items.filter(({ sku }) => !catalogue.has(sku)).map(({ sku }) => sku)
  if (unknown.length > 0) {
    return new Problem('unknown-sku', `Not in the catalogue: ${unknown.join(', ')}. Remove it from the order.`, {
      skus: unknown,
    })
  }
  const offSale = items.filter(({ sku }) => !catalogue.get(sku)?.onSale).map(({ sku }) => sku)
  if (offSale.length > 0) {
    return new Problem('product-not-on-sale', `Not on sale: ${offSale.join(', ')}. Remove it from the order.`, {
      skus: offSale,
    })
  }
  return undefined
}

/** The lines with their shares, or the problem with the first adjustment that is wrong. */
function adjustLines(lines: readonly OrderLine[], adjustments: readonly Adjustment[]): OrderLine[] | Problem {
  const placed = adjustments.map((one, index): Placed => ({ ...one, name: `adjustments.${index}` }))
  const skus = new Set(lines.map(({ sku }) => sku))
  for (const one of placed) {
    const wrong = wrongSign(one) ?? wrongSku(one, skus)
    if (wrong) return quoteInvalid(`is wrong in ${one.name}: ${wrong}`)
  }
  const inLines = placed.filter(({ type }) => type !== 'shipping')
  const bySku = Map.groupBy(inLines, ({ sku }) => sku)
  const own = lines.map(({ sku }) => fenOf(bySku.get(sku)))
  const nets = lines.map((line, index) => grossFen(line) + (own[index] as number))
  const negative = nets.findIndex(net => net < 0)
  if (negative >= 0) {
    const { sku } = lines[negative] as OrderLine
    return quoteInvalid(
      `is wrong in ${namesOf(bySku.get(sku))}: the line ${sku} would become negative (${nets[negative]} fen)`,
    )
  }
  const spread = bySku.get(undefined)
  const spreadTotal = fenOf(spread)
  if (spreadTotal + sum(nets) < 0) {
    return quoteInvalid(
      `is wrong in ${namesOf(spread)}: together ${spreadTotal} fen are taken off lines that have ${sum(nets)} fen`,
    )
  }
  const shares = spreadFen(spreadTotal, nets.some(net => net > 0) ? nets : lines.map(grossFen))
  return lines.map((line, index) => {
    const adjustmentFen = (own[index] as number) + (shares[index] as number)
    return adjustmentFen === 0 ? line : { ...line, adjustmentFen }
  })
}

function wrongSign({ type, amountFen }: Adjustment): string | undefined {
  switch (type) {
    case 'shipping':
      return amountFen < 0 ? `shipping can not be negative (${amountFen} fen)` : undefined
    case 'discount':
      return amountFen >= 0 ? `a discount must be negative (${amountFen} fen)` : undefined
    case 'surcharge':
      return amountFen <= 0 ? `a surcharge must be positive (${amountFen} fen)` : undefined
  }
}

function wrongSku({ sku }: Adjustment, ordered: ReadonlySet<string>): string | undefined {
  return sku === undefined || ordered.has(sku) ? undefined : `${sku} is not ordered`
}

function namesOf(placed: readonly Placed[] = []): string {
  return placed
    .filter(({ type }) => type === 'discount')
    .map(({ name }) => name)
    .join(', ')
}

function quoteInvalid(what: string): Problem {
  return new Problem('quote-invalid', `The quote ${what}. Correct it in the shop’s pricing.`, { reason: 'adjustments' })
}

function outOfRange(totalFen: number): Problem {
  return new Problem(
    'amount-out-of-range',
    `The total is ${totalFen} fen, and one order can have at most ${totalFenMax}. Split the order.`,
    { totalFen, totalFenMax },
  )
}

/**
 * Spreads an amount in proportion to weights by the largest remainder: each share is its exact proportion rounded up or
 * down to whole fen, and the shares add up to the amount. Of equal remainders the earlier is rounded up. A negative
 * amount has the negated shares of the positive one. At least one weight is above 0, and none below.
 */
function spreadFen(amountFen: number, weights: readonly number[]): number[] {
  const whole = BigInt(Math.abs(amountFen))
  const total = BigInt(sum(weights))
  const shares = weights.map((weight, index) => {
    const product = whole * BigInt(weight)
    return { index, fen: product / total, rest: product % total }
  })
  let left = whole - shares.reduce((shared, { fen }) => shared + fen, 0n)
  for (const share of shares.toSorted((one, other) => Number(other.rest - one.rest))) {
    if (left === 0n) break
    share.fen += 1n
    left -= 1n
  }
  return shares.map(({ fen }) => Number(amountFen < 0 ? -fen : fen))
}

function grossFen({ quantity, unitPriceFen }: OrderLine): number {
  return quantity * unitPriceFen
}

function fenOf(placed: readonly Placed[] = []): number {
  return sum(placed.map(({ amountFen }) => amountFen))
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
