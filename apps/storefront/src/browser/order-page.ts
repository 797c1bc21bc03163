import type { OrderStatusAnswer, OwnOrder } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { ApiProblem, fetchOrder } from './api.ts'
import { Failure, Loading, Notice, SignedInAs, SignIn, StatusBadge } from './components.ts'
import { formatSpan } from './format.ts'
import { html } from './html.ts'
import { followStatus } from './live-status.ts'
import { MoneyNotes, moneyIsMoving } from './money-notes.ts'
import { OrderActions } from './order-actions.ts'
import { OrderDetails } from './order-details.ts'
import { FulfilmentBadge, Parcels, parcelsAreDue } from './parcels.ts'
import type { ReturnLink } from './return-link.ts'
import { readReturnLink } from './return-link.ts'
import { serverNow } from './server-clock.ts'
import { session } from './session.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'

/** How often an order is read again whose money notes or parcels may change while its status does not, ms. */
const rereadEveryMs = 10_000

/** One order: all details for its owner, only the status for the holder of its return link. */
export function OrderPage({ orderId }: { orderId: string }) {
  const { t } = useTexts()
  const who = useStored(session)
  const link = readReturnLink(location)
  const ownLink = link?.orderId === orderId ? link : null
  useEffect(() => {
    document.title = `${t('order')} · ${t('shop')}`
  }, [])
  if (!who && !ownLink) return html`<div class="narrow"><${SignIn} /></div>`
  return html`<div class="narrow"><${FollowedOrder} key=${who?.token} orderId=${orderId} link=${ownLink} signedIn=${who !== null} /></div>`
}

function FollowedOrder({ orderId, link, signedIn }: { orderId: string; link: ReturnLink | null; signedIn: boolean }) {
  const { t } = useTexts()
  const [order, setOrder] = useState<OwnOrder | null>(null)
  const [status, setStatus] = useState<OrderStatusAnswer | null>(null)
  const [notMine, setNotMine] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [round, setRound] = useState(0)

  useEffect(() => {
    setError(null)
    return followStatus({
      orderId,
      link,
      onStatus(answer) {
        setError(null)
        setStatus(before => (before?.orderStatus === answer.orderStatus ? before : answer))
      },
      onFailure: failure => setError(failure),
    }).stop
  }, [round])

  // The order is read again when its status changes.
  useEffect(() => {
    if (!status || !signedIn) return
    fetchOrder(orderId)
      .then(setOrder)
      // With a return link the status stays visible, even if another customer is signed in.
      .catch(failure => (link ? setNotMine(true) : setError(failure)))
  }, [status?.orderStatus])

  const moving = order !== null && (moneyIsMoving(order) || parcelsAreDue(order))
  useEffect(() => {
    if (!moving) return
    const timer = setInterval(() => document.hidden || reread(), rereadEveryMs)
    return () => clearInterval(timer)
  }, [moving])

  async function reread() {
    try {
      const { status, orderStatus, ...rest } = await fetchOrder(orderId)
      setOrder({ status, orderStatus, ...rest })
      setStatus(before => (before?.orderStatus === orderStatus ? before : { orderId, status, orderStatus }))
    } catch {
      // A failed read keeps what is shown; the next read follows soon.
    }
  }

  if (status === null && error !== null)
    return html`<${OrderUnreadable} error=${error} onRetry=${() => setRound(round + 1)} />`
  if (status === null || (signedIn && !order && !notMine && error === null)) return html`<${Loading} />`
  const current = { ...status, ...(order && { expiresAt: order.expiresAt }) }
  return html`<article class="order" data-state=${status.status.toLowerCase()}>
    <header class="page-head"><h1>${t('order')}</h1><div class="badges" role="status" aria-live="polite">
      <${StatusBadge} orderStatus=${status.orderStatus} status=${status.status} />
      ${order && html`<${FulfilmentBadge} order=${order} />`}</div></header>
    ${error !== null && status.status === 'PENDING' && html`<p class="error-text">${t('stillTrying')}</p>`}
    ${status.orderStatus === 'PENDING_PAYMENT' && current.expiresAt && html`<${TimeLeft} expiresAt=${current.expiresAt} />`}
    <${StateHint} orderStatus=${status.orderStatus} moneyIsTold=${(order?.moneyNotes?.length ?? 0) > 0} />
    <${MoneyNotes} notes=${order?.moneyNotes} />
    ${signedIn && order && html`<${OrderActions} order=${order} orderStatus=${status.orderStatus} onStatus=${setStatus} />`}
    ${order && html`<${Parcels} order=${order} />`}
    ${order ? html`<${OrderDetails} order=${order} />` : html`<${OrderNumber} orderId=${orderId} />`}
    ${!signedIn && html`<p class="quiet">${t('statusOnly')}</p><${SignIn} />`}
    <p class="actions"><a class="button" href="/orders">${t('myOrders')}</a><a class="button" href="/">${t('back')}</a></p>
    <${SignedInAs} />
  </article>`
}

/** Explains to the buyer a status that its name alone does not explain. */
function StateHint({ orderStatus, moneyIsTold }: { orderStatus: string; moneyIsTold: boolean }) {
  const { t } = useTexts()
  if (orderStatus === 'REINSTATING') return html`<p class="state-hint">${t('reinstatingHint')}</p>`
  if (moneyIsTold) return null
  if (orderStatus === 'PAID') return html`<p class="state-hint good">${t('paidHint')}</p>`
  if (orderStatus === 'REFUNDED') return html`<p class="state-hint">${t('refundedHint')}</p>`
  const closed = orderStatus === 'EXPIRED' || orderStatus === 'CANCELLED'
  return closed ? html`<p class="state-hint">${t('closedHint')}</p>` : null
}

function OrderUnreadable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTexts()
  const type = error instanceof ApiProblem ? error.type : ''
  if (type === 'invalid-return-signature') {
    return html`<${Notice} title=${t('linkInvalid')} hint=${t('linkInvalidHint')} state="invalid">
      <a class="button primary" href="/orders">${t('myOrders')}</a>
    <//>`
  }
  if (type !== 'order-not-found') return html`<${Failure} error=${error} onRetry=${onRetry} />`
  return html`<${Notice} title=${t('orderMissing')} hint=${t('orderMissingHint')} state="missing">
    <a class="button primary" href="/orders">${t('myOrders')}</a><a class="button" href="/">${t('back')}</a>
  <//>`
}

function OrderNumber({ orderId }: { orderId: string }) {
  const { t } = useTexts()
  return html`<dl class="facts"><div><dt>${t('orderNumber')}</dt><dd><code>${orderId}</code></dd></div></dl>`
}

function TimeLeft({ expiresAt }: { expiresAt: string }) {
  const { t } = useTexts()
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return html`<p class="time-left">${t('timeLeft', { time: formatSpan(Date.parse(expiresAt) - now) })}</p>`
}
