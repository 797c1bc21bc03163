import type { Adjustment } from '@alipay-checkout/contracts'
import type { Products, ShownChange } from './checkout.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { useTexts } from './texts.ts'

/** One amount that is another than the shopper saw, fen. */
interface Difference {
  what: string
  before: number
  after: number
}

/** Shows the total that the shopper saw, the new one, and what made the difference. Nothing was ordered. */
export function TotalChanged({ change, products }: { change: ShownChange; products: Products }) {
  const { t } = useTexts()
  const { before, after } = change
  const differences = [...changedPrices(change, products), ...changedAdjustments(before.adjustments, after.adjustments)]
  return html`<div class="error-box" data-problem="total-changed">
    <h3>${t('totalChanged')}</h3>
    <ul>${differences.map(
      ({ what, ...amounts }, index) =>
        html`<li key=${index}>${t('fromTo', {
          what,
          before: formatFen(amounts.before),
          after: formatFen(amounts.after),
        })}</li>`,
    )}</ul>
    <p class="sum"><span>${t('oldTotal')}</span><s data-total="before">${formatFen(before.totalFen)}</s></p>
    <p class="total"><span>${t('newTotal')}</span><strong data-total="after">${formatFen(after.totalFen)}</strong></p>
  </div>`
}

/** The API tells the new prices with a changed total; after a refused quote they are those of the catalogue. */
function changedPrices({ lines, seen }: ShownChange, products: Products): Difference[] {
  const told = lines ?? Array.from(products.values(), product => ({ ...product, unitPriceFen: product.priceFen }))
  return told.flatMap(({ sku, title, unitPriceFen }) => {
    const before = seen.get(sku)?.priceFen
    return before === undefined || before === unitPriceFen ? [] : [{ what: title, before, after: unitPriceFen }]
  })
}

function changedAdjustments(before: readonly Adjustment[], after: readonly Adjustment[]): Difference[] {
  const amounts = new Map<string, Difference>()
  const add = (adjustments: readonly Adjustment[], side: 'before' | 'after') => {
    for (const { type, label, sku, amountFen } of adjustments) {
      const key = JSON.stringify([type, label, sku])
      const one = amounts.get(key) ?? { what: label, before: 0, after: 0 }
      amounts.set(key, { ...one, [side]: one[side] + amountFen })
    }
  }
  add(before, 'before')
  add(after, 'after')
  return [...amounts.values()].filter(one => one.before !== one.after)
}
