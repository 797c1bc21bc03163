import type { MoneyNote, Order } from '@alipay-checkout/contracts'
import { formatFen } from './format.ts'
import { html } from './html.ts'
import type { TextName } from './texts.ts'
import { formatTime, hasText, useTexts } from './texts.ts'

/** What happened to the buyer's money and what comes next, oldest first; nothing where there is nothing to say. */
export function MoneyNotes({ notes }: { notes: readonly MoneyNote[] | undefined }) {
  const { t, lang } = useTexts()
  const known = toldNotes(notes)
  if (known.length === 0) return null
  return html`<section class="money-notes" aria-label=${t('moneyNotes')} role="status"><h2>${t('moneyNotes')}</h2><ul>${known.map(
    ({ kind, amountFen, at }, index) => html`<li key=${index} data-money-note=${kind}>
      <p>${t(`${kind}_long` as TextName, { amount: formatFen(amountFen) })}</p>
      <time datetime=${at}>${formatTime(at, lang)}</time></li>`,
  )}</ul></section>`
}

/** The same for a list of orders: a few words each. */
export function MoneyNotesInBrief({ notes }: { notes: readonly MoneyNote[] | undefined }) {
  const { t } = useTexts()
  return toldNotes(notes).map(
    ({ kind, amountFen }, index) =>
      html`<span key=${index} class="money-note-brief" data-money-note=${kind}>${t(kind, { amount: formatFen(amountFen) })}</span>`,
  )
}

/** Whether money of this order is on its way, so that its notes will change without its state changing. */
export function moneyIsMoving({ status, orderStatus, moneyNotes = [] }: Order): boolean {
  // A closed order can be revived by money that comes late, or has its money sent back.
  if (status === 'FAILED' && orderStatus !== 'REFUNDED') return true
  return moneyNotes.some(({ kind }) => kind.endsWith('_returning') || kind === 'refund_delayed')
}

/** A page that is older than the service may meet kinds of notes that it has no words for. */
function toldNotes(notes: readonly MoneyNote[] = []): readonly MoneyNote[] {
  return notes.filter(({ kind }) => hasText(kind))
}
