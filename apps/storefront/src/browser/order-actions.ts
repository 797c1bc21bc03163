import type { Order, OrderStatusAnswer } from '@alipay-checkout/contracts'
import { useState } from 'preact/hooks'
import { cancelOrder, payFromAnotherAccount } from './api.ts'
import { explain } from './components.ts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import { takeJustPlaced } from './just-placed.ts'
import { PaymentCode } from './payment-code.ts'
import type { TextName } from './texts.ts'
import { useTexts } from './texts.ts'

/** From this width on a screen is a computer's: a code on it can be scanned with a phone. */
const wideScreen = '(min-width: 760px)'

/** The owner's actions: pay on Alipay's page, by QR code or from another account, and cancel. */
export function OrderActions(props: {
  order: Order
  orderStatus: string
  onStatus: (answer: OrderStatusAnswer) => void
}) {
  const { t } = useTexts()
  const { order, orderStatus, onStatus } = props
  const { orderId } = order
  // Opening the code closes a payment that is under way, in another tab for example: later it takes a click.
  const [showsCode, setShowsCode] = useState(() => takeJustPlaced() && matchMedia(wideScreen).matches)
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
  const changePayer = () => attempt(async () => location.assign((await payFromAnotherAccount(orderId)).paymentUrl))
  const cancel = () =>
    attempt(async () => {
      onStatus(await cancelOrder(orderId))
      setAsking(false)
    })

  const question = html`<div class="question" role="group" aria-label=${t('cancelSure')}><p>${t('cancelSure')}</p>
    <button class="button danger" data-action="cancel-yes" disabled=${busy} onClick=${cancel}>${t('cancelYes')}</button>
    <button class="button" disabled=${busy} onClick=${() => setAsking(false)}>${t('cancelNo')}</button></div>`
  const payment = html`<section class=${showsCode ? 'pay with-code' : 'pay'} aria-label=${t('payment')}>
    <div class="pay-page">
      <p class="pay-amount"><span>${t('toPay')}</span><strong>${formatFen(order.totalFen)}</strong></p>
      <a class="button primary wide" data-action="pay" href="/pay/${orderId}">${t('pay')}</a>
      <p class="quiet small">${t('payOnPage')}</p>
      <button class="button wide" data-action="another-payer" disabled=${busy} onClick=${changePayer}>${t('anotherPayer')}</button>
      ${!showsCode && html`<button class="button wide" data-action="code" onClick=${() => setShowsCode(true)}>${t('showCode')}</button>`}
    </div>
    ${showsCode && html`<${PaymentCode} orderId=${orderId} />`}
  </section>`
  return html`<div class="order-actions">
    ${payable && payment}
    ${asking ? question : html`<p class="actions"><button class="button quiet-button" data-action="cancel" onClick=${() => setAsking(true)}>${t('cancel')}</button></p>`}
    <div role="alert">${problem && html`<p class="error-text">${t(problem)}</p>`}</div>
  </div>`
}
