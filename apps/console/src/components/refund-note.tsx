import { defineTexts, useTexts } from '../i18n/texts.ts'
import { EntityLink } from './entity-link.tsx'

const texts = defineTexts({
  en: { case: (id: string) => `Case ${id}` },
  zh: { case: (id: string) => `差错 ${id}` },
})

/** The note of a refund. That of one that a case made or booked is the id of the case: a link to it. */
export function RefundNote({ note }: { note: string }) {
  const t = useTexts(texts)
  if (!/^case_[0-9a-f]{32}$/.test(note)) return note
  return <EntityLink entity="case" id={note} label={t.case(`…${note.slice(-12)}`)} />
}
