import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Products } from './checkout.ts'
import { useCheckout } from './checkout.ts'
import { SignIn } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { OfferTable } from './offer-table.ts'
import { firstWrong } from './recipient-fields.ts'
import { focusField, RecipientFields } from './recipient-form.ts'
import { savedAddress } from './saved-address.ts'
import { session } from './session.ts'
import { useStored } from './stored.ts'
import { useTexts } from './texts.ts'
import { TotalChanged } from './total-changed.ts'

/** The address, the total and the button that orders. `failure` shows why an order was refused. */
export function CheckoutForm(props: {
  products: Products
  goodsFen: number
  onStockChanged: () => void
  failure: (error: unknown) => ComponentChildren
}) {
  const { t } = useTexts()
  const { products, goodsFen, onStockChanged } = props
  const who = useStored(session)
  const checkout = useCheckout(products, goodsFen, onStockChanged)
  const { recipient, busy, error, change, offer, ready, offerError, pricedFen } = checkout

  // Once the problems are in the page, so that the one of the focused field is read out.
  useEffect(() => {
    const field = firstWrong(recipient.problems)
    if (field !== undefined) focusField(field)
  }, [recipient.refusals])

  const table = html`<${OfferTable} goodsFen=${pricedFen} offer=${offer} ready=${ready} signedIn=${who !== null}
    error=${offerError} onRetry=${checkout.retry} />`
  const outcome = html`<div role="alert">${change && html`<${TotalChanged} change=${change} products=${products} />`}
    ${!change && error !== null && props.failure(error)}</div>`
  if (!who) return html`${table}${outcome}<${SignIn} />`

  const orderText = change ? t('orderAtNewTotal', { amount: formatFen(change.after.totalFen) }) : t('placeOrder')
  function submit(event: Event) {
    event.preventDefault()
    checkout.order()
  }
  return html`<form class="checkout" noValidate onSubmit=${submit}>
    <fieldset disabled=${busy}>
      <legend>${t('shipTo')}</legend>
      <${RecipientFields} form=${recipient.form} problems=${recipient.problems} onInput=${recipient.input} />
      <${Remembering} ...${recipient} />
    </fieldset>
    <div class="checkout-end">
      ${!change && table}
      ${outcome}
      <button class="button primary wide" data-action=${change ? 'order-at-new-total' : 'place-order'}
        disabled=${busy || !(change || ready)}>${busy ? t('placing') : orderText}</button>
      ${
        change &&
        html`<button type="button" class="button wide" data-action="back-to-basket" disabled=${busy}
          onClick=${checkout.back}>${t('backToBasket')}</button>`
      }
    </div>
    <p class="quiet small">${t('payHint')}</p>
  </form>`
}

/** On a shared computer the address need not be remembered, and can be forgotten. */
function Remembering(props: { remember: boolean; setRemember: (remember: boolean) => void; forget: () => void }) {
  const { t } = useTexts()
  const saved = useStored(savedAddress)
  const { remember, setRemember, forget } = props
  function forgetAll() {
    forget()
    focusField('name')
  }
  return html`<div class="remembering">
    <label class="check"><input type="checkbox" name="remember" checked=${remember}
      onChange=${(event: Event) => setRemember((event.target as HTMLInputElement).checked)} /> ${t('remember')}</label>
    ${saved && html`<button type="button" class="link small" data-action="forget-address" onClick=${forgetAll}>${t('forget')}</button>`}
  </div>`
}
