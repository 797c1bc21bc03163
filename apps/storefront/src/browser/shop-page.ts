import type { Product, ProductList } from '@alipay-checkout/contracts'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiProblem, fetchProduct, fetchProducts } from './api.ts'
import { basket, setQuantity } from './basket.ts'
import { BasketPanel } from './basket-panel.ts'
import { Failure, Loading, Notice } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { Stepper, TeaTin, unitsMax } from './product-components.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'

/** At most this many available units are shown as a number. */
const fewLeft = 10

/** `others` are products in the basket that are not on the loaded pages of the catalogue. */
interface Catalogue {
  products: Product[]
  nextCursor: string | null
  others: Product[]
}

type State = { kind: 'loading' } | { kind: 'failed'; error: unknown } | ({ kind: 'ready' } & Catalogue)

export function ShopPage() {
  const { t } = useTexts()
  const [state, setState] = useState<State>({ kind: 'loading' })
  const shown = useRef(1)

  async function show(catalogue: Promise<Catalogue>) {
    try {
      const read = await catalogue
      shown.current = read.products.length
      setState({ kind: 'ready', ...read })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }
  // Loads as many products as are shown now.
  const load = () => show(readCatalogue(shown.current))
  useEffect(() => {
    document.title = `${t('shop')} · ${t('products')}`
    void load()
    // A page restored from the back/forward cache, for example after Alipay, shows outdated stock.
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
  const known = [...state.products, ...state.others]
  return html`<div class="shop">
    <div>
      <header class="hero"><h1>${t('shop')}</h1><p>${t('slogan')}</p></header>
      <ul class="products">${state.products.map(product => html`<${ProductCard} key=${product.sku} product=${product} />`)}</ul>
      ${
        state.nextCursor !== null &&
        html`<p><button class="button wide" data-action="more-products"
          onClick=${() => show(readCatalogue(state.products.length + 1))}>${t('moreProducts')}</button></p>`
      }
    </div>
    <${BasketPanel} products=${known} onStockChanged=${load} />
    <${BasketBar} products=${known} />
  </div>`
}

/** Reads pages of the catalogue until there are `count` products, and the other products in the basket. */
async function readCatalogue(count: number): Promise<Catalogue> {
  const products: Product[] = []
  let nextCursor: string | null = null
  do {
    const page: ProductList = await fetchProducts(nextCursor)
    products.push(...page.items)
    nextCursor = page.nextCursor
  } while (nextCursor !== null && products.length < count)
  if (nextCursor === null) return { products, nextCursor, others: [] }
  const listed = new Set(products.map(({ sku }) => sku))
  const missing = Object.keys(basket.get().quantities).filter(sku => !listed.has(sku))
  const others = await Promise.all(missing.map(sku => fetchProduct(sku).catch(notFound)))
  return { products, nextCursor, others: others.filter(product => product !== undefined) }
}

/** A product that is no longer on sale is answered 404. */
function notFound(error: unknown): undefined {
  if (error instanceof ApiProblem && error.status === 404) return undefined
  throw error
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
          ? html`<${Stepper} sku=${sku} title=${title} quantity=${quantity} max=${unitsMax(product)} />`
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

/** On a phone the basket is below the products; this bar stays visible and links to it. */
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
