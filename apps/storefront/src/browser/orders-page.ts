import type { Order } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { ApiProblem, fetchOrders } from './api.ts'
import { Failure, Loading, Notice, SignedInAs, SignIn, StatusBadge } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { MoneyNotesInBrief } from './money-notes.ts'
import { FulfilmentBadge } from './parcels.ts'
import { session } from './session.ts'
import { useStored } from './stored.ts'
import { formatTime, useTexts } from './texts.ts'

export function OrdersPage() {
  const { t } = useTexts()
  const who = useStored(session)
  useEffect(() => {
    document.title = `${t('myOrders')} · ${t('shop')}`
  }, [])
  if (!who) return html`<div class="narrow"><${SignIn} /></div>`
  return html`<div class="narrow"><header class="page-head"><h1>${t('myOrders')}</h1><${SignedInAs} /></header>
    <${OrderList} key=${who.token} /></div>`
}

function OrderList() {
  const { t } = useTexts()
  const [orders, setOrders] = useState<Order[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  async function load(after: string | null) {
    setBusy(true)
    setError(null)
    try {
      const page = await fetchOrders(after)
      setOrders(before => (after ? [...(before ?? []), ...page.items] : page.items))
      setCursor(page.nextCursor)
    } catch (failure) {
      // After a 401 the sign-in form is shown instead.
      if (!(failure instanceof ApiProblem && failure.status === 401)) setError(failure)
    }
    setBusy(false)
  }
  useEffect(() => void load(null), [])

  if (error !== null) return html`<${Failure} error=${error} onRetry=${() => load(cursor)} />`
  if (orders === null) return html`<${Loading} />`
  if (orders.length === 0) {
    return html`<${Notice} title=${t('noOrders')} hint=${t('noOrdersHint')} state="empty">
      <a class="button primary" href="/">${t('back')}</a>
    <//>`
  }
  return html`<ul class="orders">${orders.map(order => html`<${OrderRow} key=${order.orderId} order=${order} />`)}</ul>
    ${
      cursor &&
      html`<p class="actions"><button class="button" data-action="more" disabled=${busy} onClick=${() => load(cursor)}>
        ${t('moreOrders')}</button></p>`
    }`
}

function OrderRow({ order }: { order: Order }) {
  const { lang } = useTexts()
  const titles = order.items.map(({ title, quantity }) => `${title} × ${quantity}`).join(lang === 'zh' ? '、' : ', ')
  return html`<li><a href="/orders/${order.orderId}">
    <span class="order-row-head"><time datetime=${order.createdAt}>${formatTime(order.createdAt, lang)}</time>
      <span class="badges"><${StatusBadge} orderStatus=${order.orderStatus} status=${order.status} />
        <${FulfilmentBadge} order=${order} /></span></span>
    <span class="order-row-items">${titles}</span>
    <${MoneyNotesInBrief} notes=${order.moneyNotes} />
    <strong>${formatFen(order.totalFen)}</strong>
  </a></li>`
}
