import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { useState } from 'preact/hooks'
import { cancelOrder, fetchQrCode, payFromAnotherAccount } from './api.ts'
import { explain } from './components.ts'
import { html } from './html.ts'
import type { TextName } from './texts.ts'
import { useTexts } from './texts.ts'

/** The owner's actions: pay, pay by QR code or from another account, cancel. */
export function OrderActions(props: {
  orderId: string
  orderStatus: string
  onStatus: (answer: OrderStatusAnswer) => void
}) {
  const { t } = useTexts()
  const { orderId, orderStatus, onStatus } = props
  const [qrSvg, setQrSvg] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<TextName | null>(null)
  const payable = orderStatus === 'PENDING_PAYMENT'
  if (!payable && orderStatus !== 'RESERVING') return null

  async function attempt(work: () => Promise<void>) {
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(explain(error))
    }
    setBusy(false)
  }
  const showQr = () => attempt(async () => setQrSvg((await fetchQrCode(orderId)).qrSvg))
  const changePayer = () => attempt(async () => location.assign((await payFromAnotherAccount(orderId)).paymentUrl))
  const cancel = () =>
    attempt(async () => {
      onStatus(await cancelOrder(orderId))
      setAsking(false)
    })

  const question = html`<div class="question" role="group" aria-label=${t('cancelSure')}><p>${t('cancelSure')}</p>
    <button class="button danger" data-action="cancel-yes" disabled=${busy} onClick=${cancel}>${t('cancelYes')}</button>
    <button class="button" disabled=${busy} onClick=${() => setAsking(false)}>${t('cancelNo')}</button></div>`
  return html`<div class="order-actions">
    <p class="actions">
      ${payable && html`<a class="button primary" data-action="pay" href="/pay/${orderId}">${t('pay')}</a>`}
      ${payable && html`<button class="button" data-action="qr" disabled=${busy} onClick=${showQr}>${t('showQr')}</button>`}
      ${payable && html`<button class="button" data-action="another-payer" disabled=${busy} onClick=${changePayer}>${t('anotherPayer')}</button>`}
      ${!asking && html`<button class="button quiet-button" data-action="cancel" onClick=${() => setAsking(true)}>${t('cancel')}</button>`}
    </p>
    ${asking && question}
    ${payable && qrSvg && html`<figure class="qr"><img alt=${t('qrAlt')} src="data:image/svg+xml,${encodeURIComponent(qrSvg)}" /><figcaption>${t('qrHint')}</figcaption></figure>`}
    <div role="alert">${problem && html`<p class="error-text">${t(problem)}</p>`}</div>
  </div>`
}
