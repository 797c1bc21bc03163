import type { OrderLine, OwnOrder } from '@alipay-checkout/contracts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { Adjustments } from './offer-table.ts'
import { formatTime, useTexts } from './texts.ts'

/** What was ordered, what it costs, and where it goes. */
export function OrderDetails({ order }: { order: OwnOrder }) {
  const { t, lang } = useTexts()
  const { items, adjustments, totalFen, orderId, reference, createdAt, paidAt } = order
  return html`<ul class="order-lines">${items.map(line => html`<${Line} key=${line.sku} ...${line} />`)}</ul>
  <div class="sums">
    <${Adjustments} adjustments=${adjustments} />
    <p class="total"><span>${t('total')}</span><strong>${formatFen(totalFen)}</strong></p>
  </div>
  <${RecipientDetails} ...${order} />
  <dl class="facts">
    <div><dt>${t('orderNumber')}</dt><dd><code>${orderId}</code></dd></div>
    ${reference !== undefined && html`<div><dt>${t('reference')}</dt><dd><code>${reference}</code></dd></div>`}
    <div><dt>${t('placedAt')}</dt><dd>${formatTime(createdAt, lang)}</dd></div>
    ${paidAt && html`<div><dt>${t('paidAt')}</dt><dd>${formatTime(paidAt, lang)}</dd></div>`}
  </dl>`
}

function Line({ title, quantity, unitPriceFen, adjustmentFen = 0 }: OrderLine) {
  const { t } = useTexts()
  const share = adjustmentFen < 0 ? 'shareOfDiscount' : 'shareOfSurcharge'
  return html`<li><span>${title}</span>
    <span class="quiet">${formatFen(unitPriceFen)} × ${quantity}</span><strong>${formatFen(unitPriceFen * quantity)}</strong>
    ${adjustmentFen !== 0 && html`<span class="quiet small share">${t(share, { amount: formatFen(adjustmentFen) })}</span>`}
  </li>`
}

/** The API shows both to the order's owner only, and no longer once they are deleted. */
function RecipientDetails({ shipTo, note }: OwnOrder) {
  const { t } = useTexts()
  if (shipTo === undefined && note === undefined) return null
  const address = shipTo && [shipTo.province, shipTo.city, shipTo.district, shipTo.street, shipTo.postalCode]
  return html`<section class="recipient" aria-label=${t('shipTo')}><h2>${t('shipTo')}</h2>
    ${shipTo && html`<p><strong>${shipTo.name}</strong> ${shipTo.phone}</p><p>${address?.filter(Boolean).join(' ')}</p>`}
    ${note !== undefined && html`<p class="note"><span class="quiet">${t('note')}</span><br />${note}</p>`}
  </section>`
}
