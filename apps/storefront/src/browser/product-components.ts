import type { Product } from '@alipay-checkout/contracts'
import { quantityMax, setQuantity } from './basket.ts'
import { html } from './html.ts'
import { useTexts } from './texts.ts'

export function Stepper(props: { sku: string; title: string; quantity: number; max: number }) {
  const { t } = useTexts()
  const { sku, title, quantity } = props
  const max = Math.min(quantityMax, Math.max(props.max, 0))
  return html`<div class="stepper" role="group" aria-label="${t('quantity')}: ${title}">
    <button aria-label=${t('less', { title })} onClick=${() => setQuantity(sku, quantity - 1)}>−</button>
    <output>${quantity}</output>
    <button aria-label=${t('more', { title })} disabled=${quantity >= max} onClick=${() => setQuantity(sku, quantity + 1)}>+</button>
  </div>`
}

/** The most units of a product in a basket, for a customer who has not ordered it before. */
export function unitsMax({ available, maxPerCustomer }: Product): number {
  return Math.min(available, maxPerCustomer ?? available)
}

/** A picture of a tea tin in one of six colours, always the same for a SKU. */
export function TeaTin({ sku }: { sku: string }) {
  const glaze = [...sku].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 6
  return html`<svg class="tin glaze-${glaze}" viewBox="0 0 80 80" aria-hidden="true">
    <rect class="tin-back" width="80" height="80" rx="14" />
    <rect class="tin-lid" x="24" y="14" width="32" height="11" rx="3" />
    <rect class="tin-body" x="20" y="24" width="40" height="43" rx="5" />
    <circle class="tin-label" cx="40" cy="45" r="13" />
    <path class="tin-leaf" d="M40 36c5 3.500 6.500 8 5 12-1.200 3-3.200 4.300-5 5-1.800-.7-3.800-2-5-5-1.500-4 0-8.500 5-12z" />
  </svg>`
}
