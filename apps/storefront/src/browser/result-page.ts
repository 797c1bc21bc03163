import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiProblem } from './api.ts'
import { Notice } from './components.ts'
import { html } from './html.ts'
import { followStatus } from './live-status.ts'
import type { ReturnLink } from './return-link.ts'
import { linkQuery, readReturnLink } from './return-link.ts'
import { say, useTexts } from './texts.ts'

/** After this time without a result the page says what to do, and keeps following the status, ms. */
const lateAfterMs = 30_000

/** The page that Alipay returns the browser to. It ignores Alipay's parameters and shows the status from the API. */
export function ResultPage() {
  const link = readReturnLink(location)
  return html`<div class="narrow">${link ? html`<${Result} link=${link} />` : html`<${InvalidLink} />`}</div>`
}

function Result({ link }: { link: ReturnLink }) {
  const { t } = useTexts()
  const [{ status, orderStatus }, setAnswer] = useState<Pick<OrderStatusAnswer, 'status' | 'orderStatus'>>({
    status: 'PENDING',
    orderStatus: 'PENDING_PAYMENT',
  })
  const [late, setLate] = useState(false)
  const [checking, setChecking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const following = useRef<ReturnType<typeof followStatus> | null>(null)

  useEffect(() => {
    document.title = `${t('resultTitle')} · ${t('shop')}`
    const timer = setTimeout(() => setLate(true), lateAfterMs)
    const follower = followStatus({
      orderId: link.orderId,
      link,
      onStatus(answer) {
        setError(null)
        setAnswer(answer)
        if (answer.status === 'PAID') location.replace(`/orders/${link.orderId}?${linkQuery(link)}`)
      },
      onFailure: failure => setError(failure),
    })
    following.current = follower
    return () => {
      clearTimeout(timer)
      follower.stop()
    }
  }, [])

  async function refresh() {
    setChecking(true)
    await following.current?.refresh()
    setChecking(false)
  }

  if (error instanceof ApiProblem && (error.status === 403 || error.status === 404)) return html`<${InvalidLink} />`
  const again = html`<button class="button" data-action="refresh" disabled=${checking} onClick=${refresh}>
    ${checking ? t('checking') : t('refresh')}</button>`
  if (status === 'PAID') return html`<${Notice} title=${t('resultPaid')} hint=${t('resultPaidHint')} state="paid" />`
  if (status === 'FAILED') {
    const refunded = orderStatus === 'REFUNDED'
    return html`<${Notice} title=${t(refunded ? 'resultRefunded' : 'resultFailed')} hint=${t(refunded ? 'refundedHint' : 'closedHint')} state="failed">
      <a class="button primary" href="/orders/${link.orderId}?${linkQuery(link)}">${t('order')}</a>
      <a class="button" href="/">${t('back')}</a>${again}
    <//>`
  }
  return html`<section class="notice result" data-state=${late ? 'late' : 'waiting'}>
    <span class="spinner big" aria-hidden="true"></span>
    <div role="status" aria-live="polite"><${Waiting} reinstating=${orderStatus === 'REINSTATING'} late=${late} />
      ${error !== null && html`<p class="error-text">${t('stillTrying')}</p>`}</div>
    <p class="quiet small"><code>${link.orderId}</code></p>
    <div class="actions">${again}<a class="button" href="/orders">${t('myOrders')}</a></div>
  </section>`
}

function Waiting({ reinstating, late }: { reinstating: boolean; late: boolean }) {
  const { t } = useTexts()
  if (reinstating) return html`<h1>${t('resultReinstating')}</h1><p>${t('reinstatingHint')}</p>`
  if (late) return html`<${LateMessage} />`
  return html`<h1>${t('resultTitle')}</h1><p>${t('resultHint')}</p>`
}

/** In both languages, because this message is about money and must be understood. */
function LateMessage() {
  const { lang } = useTexts()
  const other = lang === 'zh' ? 'en' : 'zh'
  return html`<h1>${say(lang, 'resultLate')}</h1><p lang=${other === 'zh' ? 'zh-CN' : 'en'}>${say(other, 'resultLate')}</p>`
}

function InvalidLink() {
  const { t } = useTexts()
  return html`<${Notice} title=${t('linkInvalid')} hint=${t('linkInvalidHint')} state="invalid">
    <a class="button primary" href="/orders">${t('myOrders')}</a><a class="button" href="/">${t('back')}</a>
  <//>`
}
