import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import { Notice } from './components.ts'
import { html } from './html.ts'
import { OrderPage } from './order-page.ts'
import { OrdersPage } from './orders-page.ts'
import { ResultPage } from './result-page.ts'
import { ShopPage } from './shop-page.ts'
import { language, useTexts } from './texts.ts'

/** The storefront: one document that renders the page of its address. Links load a new document, so there is no router. */
function App() {
  const { t, lang } = useTexts()
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  }, [lang])
  const { pathname } = location
  const current = (path: string) => (pathname === path ? 'page' : undefined)
  return html`<a class="skip" href="#main">${t('skip')}</a>
  <header class="bar"><div class="bar-inner">
    <a class="brand" href="/"><img src=${new URL('./icon.svg', import.meta.url).pathname} alt="" width="28" height="28" />${t('shop')}</a>
    <nav>
      <a href="/" aria-current=${current('/')}>${t('products')}</a>
      <a href="/orders" aria-current=${current('/orders')}>${t('myOrders')}</a>
    </nav>
    <button class="language" lang=${lang === 'zh' ? 'en' : 'zh-CN'} aria-label=${t('switchLanguage')} title=${t('switchLanguage')}
      onClick=${() => language.set(lang === 'zh' ? 'en' : 'zh')}>${t('otherLanguage')}</button>
  </div></header>
  <main class="page" id="main" tabindex="-1"><${Page} pathname=${pathname} /></main>
  <footer class="foot"><p>${t('footer')}</p><a href="/docs">${t('api')}</a></footer>`
}

function Page({ pathname }: { pathname: string }) {
  const { t } = useTexts()
  if (pathname === '/') return html`<${ShopPage} />`
  if (pathname === '/orders') return html`<${OrdersPage} />`
  if (/^\/payment\/result(\/|$)/.test(pathname)) return html`<${ResultPage} />`
  const orderId = /^\/orders\/([^/]+)\/?$/.exec(pathname)?.[1]
  if (orderId) return html`<${OrderPage} orderId=${orderId} />`
  return html`<${Notice} title=${t('pageMissing')}><a class="button primary" href="/">${t('back')}</a><//>`
}

const app = document.getElementById('app') as HTMLElement
// What the document says while the scripts are loaded.
app.replaceChildren()
render(html`<${App} />`, app)
