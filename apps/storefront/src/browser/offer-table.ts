import type { Adjustment } from '@alipay-checkout/contracts'
import type { Offer } from './basket.ts'
import { explain } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { demoQuoteIsOn } from './session.ts'
import { useTexts } from './texts.ts'

/** What the basket costs, from the goods to the total. While an offer is on its way, the one before is shown dimmed. */
export function OfferTable(props: {
  goodsFen: number
  offer: Offer | null
  ready: boolean
  signedIn: boolean
  error: unknown
  onRetry: () => void
}) {
  const { t } = useTexts()
  const { goodsFen, offer, ready, signedIn, error, onRetry } = props
  const { adjustments = [], totalFen = goodsFen } = offer ?? {}
  const isUnknown = demoQuoteIsOn && offer === null
  if (!signedIn || isUnknown) {
    return html`<div class="sums">
      <p class="sum"><span>${t('goods')}</span><span>${formatFen(goodsFen)}</span></p>
      ${demoQuoteIsOn && !signedIn && html`<p class="quiet small">${t('feesAfterSignIn')}</p>`}
      ${signedIn && error === null && html`<p class="quiet small" role="status">${t('feesLoading')}</p>`}
      ${signedIn && error !== null && html`<${OfferFailure} error=${error} onRetry=${onRetry} />`}
    </div>`
  }
  return html`<div class="sums ${ready ? '' : 'stale'}" aria-busy=${!ready}>
    ${adjustments.length > 0 && html`<p class="sum"><span>${t('goods')}</span><span>${formatFen(goodsFen)}</span></p>`}
    <${Adjustments} adjustments=${adjustments} />
    <p class="total" role="status"><span>${t('total')}</span><strong>${formatFen(totalFen)}</strong></p>
  </div>`
}

/** What is added to the goods and taken off, in the words of the shop's pricing. */
export function Adjustments({ adjustments }: { adjustments: readonly Adjustment[] }) {
  return adjustments.map(
    ({ type, label, amountFen }, index) => html`<p key=${index} class="sum" data-adjustment=${type}>
      <span>${label}</span><span>${formatFen(amountFen)}</span></p>`,
  )
}

function OfferFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTexts()
  return html`<div class="error-box" role="alert" data-state="fees-failed"><p>${t('feesFailed')}</p>
    <p class="small">${t(explain(error))}</p>
    <button type="button" class="button" data-action="quote-again" onClick=${onRetry}>${t('retry')}</button></div>`
}
