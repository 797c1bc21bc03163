import type { Product } from '@alipay-checkout/contracts'
import { ApiProblem } from './api.ts'
import { basket, setQuantity } from './basket.ts'
import { CheckoutForm } from './checkout-form.ts'
import { explain, SignedInAs } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { Stepper, unitsMax } from './product-components.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'

interface Shortage {
  sku: string
  requested: number
  available: number
}

/** The basket with its lines, and the form that orders it. */
export function BasketPanel({ products, onStockChanged }: { products: Product[]; onStockChanged: () => void }) {
  const { t } = useTexts()
  const { quantities } = useStored(basket)
  const bySku = new Map(products.map(product => [product.sku, product]))
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity, product: bySku.get(sku) }))
  const goodsFen = lines.reduce((sum, { quantity, product }) => sum + quantity * (product?.priceFen ?? 0), 0)

  if (lines.length === 0) {
    return html`<aside class="basket" id="basket"><h2>${t('basket')}</h2>
      <p class="quiet">${t('basketEmpty')}<br />${t('basketEmptyHint')}</p></aside>`
  }
  const failure = (error: unknown) => html`<${OrderFailure} error=${error} titles=${bySku} />`
  return html`<aside class="basket" id="basket">
    <h2>${t('basket')}</h2>
    <ul class="basket-lines">${lines.map(line => html`<${BasketLine} key=${line.sku} ...${line} />`)}</ul>
    <${CheckoutForm} products=${bySku} goodsFen=${goodsFen} onStockChanged=${onStockChanged} failure=${failure} />
    <${SignedInAs} />
  </aside>`
}

function BasketLine({ sku, quantity, product }: { sku: string; quantity: number; product: Product | undefined }) {
  const { t } = useTexts()
  return html`<li>
    <div><p>${product?.title ?? sku}</p>
      <p class="quiet small">${product ? formatFen(product.priceFen) : t('gone')}
        <button class="link" onClick=${() => setQuantity(sku, 0)} aria-label="${t('remove')}: ${product?.title ?? sku}">${t('remove')}</button></p>
    </div>
    ${product && html`<${Stepper} sku=${sku} title=${product.title} quantity=${quantity} max=${unitsMax(product)} />`}
  </li>`
}

function OrderFailure({ error, titles }: { error: unknown; titles: Map<string, Product> }) {
  const { t } = useTexts()
  const short = error instanceof ApiProblem && error.type === 'out-of-stock'
  const shortages = (short ? (error.body.shortages ?? []) : []) as Shortage[]
  return html`<div class="error-box" data-problem=${error instanceof ApiProblem ? error.type : 'no-answer'}>
    <p>${t(explain(error))}</p>
    <ul>${shortages.map(
      ({ sku, requested, available }) =>
        html`<li>${t('shortage', { title: titles.get(sku)?.title ?? sku, requested, available })}</li>`,
    )}${limitsOf(error).map(({ sku, max }) => html`<li>${t('lineLimit', { title: titles.get(sku)?.title ?? sku, max })}</li>`)}</ul>
    ${
      shortages.length > 0 &&
      html`<button type="button" class="button" data-action="take-available"
        onClick=${() => takeAvailable(shortages)}>${t('takeAvailable')}</button>`
    }
  </div>`
}

function takeAvailable(shortages: Shortage[]): void {
  for (const { sku, available } of shortages) setQuantity(sku, available)
}

/** The lines that exceed a limit, and the limit. */
function limitsOf(error: unknown): { sku: string; max: number }[] {
  if (!(error instanceof ApiProblem)) return []
  switch (error.type) {
    case 'too-many-units':
      return (error.body.lines as { sku: string; unitsMax: number }[]).map(line => ({ ...line, max: line.unitsMax }))
    case 'product-limit-reached':
      return (error.body.lines as { sku: string; maxPerCustomer: number }[]).map(line => ({
        ...line,
        max: line.maxPerCustomer,
      }))
    default:
      return []
  }
}
