import type { OrderPayment } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { fetchPaymentCode } from './api.ts'
import { explain } from './components.ts'
import { html } from './html.ts'
import { say, useTexts } from './texts.ts'

/** Alipay's order codes end after two hours, however long the order lives: a new one is requested before, ms. */
const renewAfterMs = 110 * 60_000

type State = { kind: 'loading' } | { kind: 'failed'; error: unknown } | ({ kind: 'ready' } & OrderPayment)

/** The QR code to pay an order with a phone. It is requested when it is first shown, and renewed before it ends. */
export function PaymentCode({ orderId }: { orderId: string }) {
  const { t } = useTexts()
  const [state, setState] = useState<State>({ kind: 'loading' })

  async function load() {
    setState({ kind: 'loading' })
    try {
      setState({ kind: 'ready', ...(await fetchPaymentCode(orderId)) })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }
  useEffect(() => void load(), [])
  useEffect(() => {
    if (state.kind !== 'ready' || state.qrCode === undefined) return
    const timer = setTimeout(load, renewAfterMs)
    return () => clearTimeout(timer)
  }, [state])

  if (state.kind === 'failed') {
    return html`<div class="code" data-state="error" role="alert"><p class="error-text">${t('codeFailed')}</p>
      <p class="quiet small">${t(explain(state.error))}</p>
      <button class="button" data-action="code-again" onClick=${load}>${t('retry')}</button></div>`
  }
  return html`<figure class="code" data-state=${state.kind}>
    ${
      state.kind === 'ready' && state.qrSvg
        ? html`<img alt=${t('codeAlt')} width="200" height="200" src="data:image/svg+xml,${encodeURIComponent(state.qrSvg)}" />`
        : html`<span class="code-place"><span class="spinner" aria-hidden="true"></span></span>`
    }
    <figcaption role="status">${state.kind === 'ready' ? html`<${ScanHint} ofAlipay=${state.qrCode !== undefined} />` : t('codeLoading')}</figcaption>
  </figure>`
}

/** In both languages, because the person who scans the code may not be the one who ordered. */
function ScanHint({ ofAlipay }: { ofAlipay: boolean }) {
  const { t, lang } = useTexts()
  const other = lang === 'zh' ? 'en' : 'zh'
  const name = ofAlipay ? 'codeForAlipay' : 'codeOfLink'
  return html`<strong>${say(lang, name)}</strong>
    <span lang=${other === 'zh' ? 'zh-CN' : 'en'}>${say(other, name)}</span>
    <span>${t('codeWaits')}</span>`
}
