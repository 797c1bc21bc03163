import type { Product } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { fetchProducts } from './api.ts'
import { basket, setQuantity } from './basket.ts'
import { BasketPanel } from './basket-panel.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { Failure, Loading, Notice } from './parts.ts'
import { Stepper, TeaTin } from './product-parts.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'

/** From here on the shopper is told how many are left. */
const fewLeft = 10

type State = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'ready'; products: Product[] }

export function ShopPage() {
  const { t } = useTexts()
  const [state, setState] = useState<State>({ kind: 'loading' })

  async function load() {
    try {
      setState({ kind: 'ready', products: (await fetchProducts()).items })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }
  useEffect(() => {
    document.title = `${t('shop')} · ${t('products')}`
    void load()
    // A page brought back from the browser's memory, say after a visit to Alipay, shows old stock.
    const onShow = (event: PageTransitionEvent) => event.persisted && void load()
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [])

  if (state.kind === 'loading') return html`<${Loading} />`
  if (state.kind === 'failed') return html`<${Failure} error=${state.error} onRetry=${load} />`
  if (state.products.length === 0) {
    return html`<${Notice} title=${t('noProducts')} hint=${t('noProductsHint')} state="empty">
      <button class="button primary" onClick=${load}>${t('retry')}</button>
    <//>`
  }
  return html`<div class="shop">
    <div>
      <header class="hero"><h1>${t('shop')}</h1><p>${t('slogan')}</p></header>
      <ul class="products">${state.products.map(product => html`<${ProductCard} key=${product.sku} product=${product} />`)}</ul>
    </div>
    <${BasketPanel} products=${state.products} onStockChanged=${load} />
    <${BasketBar} products=${state.products} />
  </div>`
}

function ProductCard({ product }: { product: Product }) {
  const { t } = useTexts()
  const { sku, title, priceFen, available } = product
  const quantity = useStored(basket).quantities[sku] ?? 0
  const soldOut = available <= 0 && quantity === 0
  return html`<li class="product ${soldOut ? 'sold-out' : ''}" data-sku=${sku}>
    <${TeaTin} sku=${sku} />
    <div class="product-text">
      <h2>${title}</h2>
      <p class="stock">${stockText()}</p>
    </div>
    <div class="product-buy">
      <p class="price">${formatFen(priceFen)}</p>
      ${
        quantity > 0
          ? html`<${Stepper} sku=${sku} title=${title} quantity=${quantity} max=${available} />`
          : html`<button class="button" data-action="add" disabled=${soldOut} onClick=${() => setQuantity(sku, 1)}
              aria-label="${t('add')}: ${title}">${t('add')}</button>`
      }
    </div>
  </li>`

  function stockText(): string {
    if (available <= 0) return t('soldOut')
    return available <= fewLeft ? t('onlyLeft', { count: available }) : t('inStock')
  }
}

/** On a phone the basket is below the products: this bar stays in sight and leads there. */
function BasketBar({ products }: { products: Product[] }) {
  const { t } = useTexts()
  const { quantities } = useStored(basket)
  const count = Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0)
  if (count === 0) return null
  const totalFen = products.reduce((sum, { sku, priceFen }) => sum + priceFen * (quantities[sku] ?? 0), 0)
  return html`<a class="basket-bar" href="#basket">
    <span>${t('items', { count })} · <strong>${formatFen(totalFen)}</strong></span><span class="button primary">${t('seeBasket')}</span>
  </a>`
}
