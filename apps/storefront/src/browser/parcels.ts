import type { Order, OwnOrder, Shipment } from '@alipay-checkout/contracts'
import { useRef, useState } from 'preact/hooks'
import { copyText } from './copy-text.ts'
import { html } from './html.ts'
import { formatTime, hasText, useTexts } from './texts.ts'

/** How much of a paid order is shipped, in words. */
export function FulfilmentBadge({ order }: { order: Order }) {
  const { t } = useTexts()
  const { orderStatus, fulfilmentStatus } = order
  if (orderStatus !== 'PAID' || !hasText(fulfilmentStatus)) return null
  const state = fulfilmentStatus === 'UNFULFILLED' ? 'pending' : 'paid'
  return html`<span class="badge ${state}" data-fulfilment-status=${fulfilmentStatus}>${t(fulfilmentStatus)}</span>`
}

/** Whether parcels of this order may leave or arrive. */
export function parcelsAreDue({ orderStatus, fulfilmentStatus }: Order): boolean {
  return orderStatus === 'PAID' && fulfilmentStatus !== 'COMPLETED'
}

/** The parcels of an order, oldest first; renders nothing before the first one leaves. */
export function Parcels({ order }: { order: OwnOrder }) {
  const { t } = useTexts()
  const { shipments = [], items } = order
  if (shipments.length === 0) return null
  const titles = new Map(items.map(({ sku, title }) => [sku, title]))
  return html`<section class="parcels" aria-label=${t('parcels')}>${shipments.map(
    (shipment, index) =>
      html`<${Parcel} key=${shipment.shipmentId} shipment=${shipment} number=${index + 1} titles=${titles} />`,
  )}</section>`
}

function Parcel(props: { shipment: Shipment; number: number; titles: ReadonlyMap<string, string> }) {
  const { t, lang } = useTexts()
  const { shipment, number, titles } = props
  const { carrier, trackingNumber, lines, shippedAt, deliveredAt } = shipment
  return html`<article class="parcel" data-shipment=${shipment.shipmentId}>
    <h2>${t('parcel', { number })} <span class="quiet small">${t(deliveredAt ? 'DELIVERED' : 'SHIPPED')}</span></h2>
    <dl class="facts">
      <div><dt>${t('carrier')}</dt><dd>${carrier}</dd></div>
      <div><dt>${t('trackingNumber')}</dt><dd><${Tracking} number=${trackingNumber} /></dd></div>
      <div><dt>${t('contents')}</dt><dd><ul>${lines.map(
        ({ sku, quantity }) => html`<li key=${sku}>${titles.get(sku) ?? sku} × ${quantity}</li>`,
      )}</ul></dd></div>
      <div><dt>${t('shippedAt')}</dt><dd><time datetime=${shippedAt}>${formatTime(shippedAt, lang)}</time></dd></div>
      ${
        deliveredAt &&
        html`<div><dt>${t('deliveredAt')}</dt><dd><time datetime=${deliveredAt}>${formatTime(deliveredAt, lang)}</time></dd></div>`
      }
    </dl>
  </article>`
}

/** A carrier's number that one tap copies. */
function Tracking({ number }: { number: string }) {
  const { t } = useTexts()
  const text = useRef<HTMLElement>(null)
  const [result, setResult] = useState<'copied' | 'copyFailed' | null>(null)
  const copy = async () => setResult((await copyText(text.current as HTMLElement)) ? 'copied' : 'copyFailed')
  return html`<span class="tracking"><code ref=${text}>${number}</code>
    <button class="link small" data-action="copy-tracking" aria-label=${t('copyTracking', { number })} onClick=${copy}>${t('copy')}</button>
    <span class="quiet small" role="status">${result && t(result)}</span></span>`
}
