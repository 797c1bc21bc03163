import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ApiProblem, NoAnswer, signIn } from './api.ts'
import { html } from './html.ts'
import { demoLoginIsOn, session } from './session.ts'
import { useStored } from './stored.ts'
import type { TextName } from './texts.ts'
import { statusName, useTexts } from './texts.ts'

/** The text that explains an error to the shopper. */
export function explain(error: unknown): TextName {
  if (error instanceof NoAnswer) return 'noAnswer'
  if (!(error instanceof ApiProblem)) return 'unexpected'
  switch (error.type) {
    case 'out-of-stock':
      return 'outOfStock'
    case 'unknown-sku':
      return 'unknownSku'
    case 'product-not-on-sale':
      return 'notOnSale'
    case 'too-many-open-orders':
      return 'tooManyOpenOrders'
    case 'too-many-units':
      return 'tooManyUnits'
    case 'product-limit-reached':
      return 'productLimit'
    case 'amount-out-of-range':
      return 'amountOutOfRange'
    case 'quote-invalid':
      return 'quoteInvalid'
    case 'request-in-flight':
      return 'inFlight'
    case 'too-many-requests':
      return 'tooMany'
    case 'unauthenticated':
      return 'signInAgain'
    case 'order-not-payable':
      return 'notPayable'
    case 'payment-method-unavailable':
      return 'methodUnavailable'
    case 'order-not-cancellable':
      return 'notCancellable'
    case 'order-not-found':
      return 'orderMissing'
    case 'alipay-failed':
    case 'alipay-timeout':
      return 'alipayFailed'
    default:
      return error.status >= 500 ? 'unavailable' : 'unexpected'
  }
}

export function Loading() {
  const { t } = useTexts()
  return html`<div class="loading" role="status"><span class="spinner" aria-hidden="true"></span><p>${t('loading')}</p></div>`
}

/** A state of the whole page (empty, missing, failed) with the actions that lead on. */
export function Notice(props: { title: string; hint?: string; state?: string; children?: ComponentChildren }) {
  return html`<section class="notice" data-state=${props.state} role="status">
    <h1>${props.title}</h1>
    ${props.hint && html`<p>${props.hint}</p>`}
    <div class="actions">${props.children}</div>
  </section>`
}

export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTexts()
  return html`<${Notice} title=${t(explain(error))} state="error">
    <button class="button primary" onClick=${onRetry}>${t('retry')}</button>
    <a class="button" href="/">${t('back')}</a>
  <//>`
}

export function StatusBadge({ orderStatus, status }: { orderStatus: string; status: 'PENDING' | 'PAID' | 'FAILED' }) {
  const { t } = useTexts()
  return html`<span class="badge ${status.toLowerCase()}" data-order-status=${orderStatus}>${t(statusName(orderStatus, status))}</span>`
}

/** The demo login, shown where a page needs a customer. */
export function SignIn() {
  const { t } = useTexts()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<TextName | null>(null)

  async function submit(event: Event) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await signIn(name)
    } catch (error) {
      setProblem(explain(error))
      setBusy(false)
    }
  }

  if (!demoLoginIsOn) return html`<${Notice} title=${t('signInTitle')} hint=${t('signInOff')} state="sign-in" />`
  return html`<form class="notice" data-state="sign-in" onSubmit=${submit}>
    <h2>${t('signInTitle')}</h2>
    <p>${t('signInHint')}</p>
    <div class="sign-in-row">
      <label class="field"><span>${t('name')}</span>
        <input name="name" required maxlength="40" autocomplete="nickname" value=${name}
          onInput=${(event: Event) => setName((event.target as HTMLInputElement).value)} />
      </label>
      <button class="button primary" disabled=${busy || name.trim() === ''}>${t('signIn')}</button>
    </div>
    ${problem && html`<p class="error-text" role="alert">${t(problem)}</p>`}
  </form>`
}

export function SignedInAs() {
  const { t } = useTexts()
  const who = useStored(session)
  if (!who) return null
  return html`<p class="who">${t('signedInAs', { name: who.name })}
    <button class="link" onClick=${() => session.set(null)}>${t('signOut')}</button></p>`
}
