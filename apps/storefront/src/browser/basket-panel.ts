import type { PlacedOrder, Product } from '@alipay-checkout/contracts'
import { useState } from 'preact/hooks'
import { ApiProblem, placeOrder } from './api.ts'
import { basket, basketLines, emptyBasket, renewKey, setQuantity } from './basket.ts'
import { explain, SignedInAs, SignIn } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { Stepper, unitsMax } from './product-components.ts'
import { session } from './session.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'

interface Shortage {
  sku: string
  requested: number
  available: number
}

/** The basket with its lines, total and the button that places the order. */
export function BasketPanel({ products, onStockChanged }: { products: Product[]; onStockChanged: () => void }) {
  const { t } = useTexts()
  const who = useStored(session)
  const { quantities } = useStored(basket)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const bySku = new Map(products.map(product => [product.sku, product]))
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity, product: bySku.get(sku) }))
  const totalFen = lines.reduce((sum, { quantity, product }) => sum + quantity * (product?.priceFen ?? 0), 0)

  async function order() {
    setBusy(true)
    setError(null)
    try {
      const placed = await placeOrder(basketLines(), basket.get().key)
      emptyBasket()
      location.assign(nextPage(placed))
    } catch (failure) {
      setError(failure)
      setBusy(false)
      if (failure instanceof ApiProblem && failure.status < 500 && failure.type !== 'request-in-flight') {
        renewKey()
        onStockChanged()
      }
    }
  }

  function takeAvailable(shortages: Shortage[]) {
    for (const { sku, available } of shortages) setQuantity(sku, available)
    setError(null)
  }

  if (lines.length === 0) {
    return html`<aside class="basket" id="basket"><h2>${t('basket')}</h2>
      <p class="quiet">${t('basketEmpty')}<br />${t('basketEmptyHint')}</p></aside>`
  }
  return html`<aside class="basket" id="basket">
    <h2>${t('basket')}</h2>
    <ul class="basket-lines">${lines.map(line => html`<${BasketLine} key=${line.sku} ...${line} />`)}</ul>
    <p class="total"><span>${t('total')}</span><strong>${formatFen(totalFen)}</strong></p>
    <div role="alert">${error !== null && html`<${OrderFailure} error=${error} titles=${bySku} onTake=${takeAvailable} />`}</div>
    ${
      who
        ? html`<button class="button primary wide" data-action="place-order" disabled=${busy} onClick=${order}>
            ${busy ? t('placing') : t('placeOrder')}</button>
          <p class="quiet small">${t('payHint')}</p><${SignedInAs} />`
        : html`<${SignIn} />`
    }
  </aside>`
}

/**
 * Where the shopper pays: a phone goes straight to Alipay. A computer shows the order, with the code beside the link to
 * Alipay's page; so does an order that is not payable until its stock is confirmed.
 */
function nextPage({ order, payment }: PlacedOrder): string {
  const toAlipay = payment.method === 'alipay_wap' && order.orderStatus !== 'RESERVING'
  return toAlipay ? payment.paymentUrl : `/orders/${order.orderId}`
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

function OrderFailure(props: {
  error: unknown
  titles: Map<string, Product>
  onTake: (shortages: Shortage[]) => void
}) {
  const { error, titles, onTake } = props
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
      html`<button class="button" data-action="take-available"
        onClick=${() => onTake(shortages)}>${t('takeAvailable')}</button>`
    }
  </div>`
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
