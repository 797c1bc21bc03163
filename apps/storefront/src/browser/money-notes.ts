import type { MoneyNote, Order } from '@alipay-checkout/contracts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import type { TextName } from './texts.ts'
import { formatTime, hasText, useTexts } from './texts.ts'

/** Explains what happened to the buyer's money and what comes next, oldest first; renders nothing without notes. */
export function MoneyNotes({ notes }: { notes: readonly MoneyNote[] | undefined }) {
  const { t, lang } = useTexts()
  const known = knownNotes(notes)
  if (known.length === 0) return null
  return html`<section class="money-notes" aria-label=${t('moneyNotes')} role="status"><h2>${t('moneyNotes')}</h2><ul>${known.map(
    ({ kind, amountFen, at }, index) => html`<li key=${index} data-money-note=${kind}>
      <p>${t(`${kind}_long` as TextName, { amount: formatFen(amountFen) })}</p>
      <time datetime=${at}>${formatTime(at, lang)}</time></li>`,
  )}</ul></section>`
}

/** The notes in a few words each, for the list of orders. */
export function MoneyNotesInBrief({ notes }: { notes: readonly MoneyNote[] | undefined }) {
  const { t } = useTexts()
  return knownNotes(notes).map(
    ({ kind, amountFen }, index) =>
      html`<span key=${index} class="money-note-brief" data-money-note=${kind}>${t(kind, { amount: formatFen(amountFen) })}</span>`,
  )
}

/** Whether money of this order is moving, so that its notes can change while its status does not. */
export function moneyIsMoving({ status, orderStatus, moneyNotes = [] }: Order): boolean {
  // A late payment of a closed order reinstates it or is refunded.
  if (status === 'FAILED' && orderStatus !== 'REFUNDED') return true
  return moneyNotes.some(({ kind }) => kind.endsWith('_returning') || kind === 'refund_delayed')
}

/** The notes that this page has texts for; a newer service may send other kinds. */
function knownNotes(notes: readonly MoneyNote[] = []): readonly MoneyNote[] {
  return notes.filter(({ kind }) => hasText(kind))
}
