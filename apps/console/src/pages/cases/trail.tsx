import { noteInChinese } from '../../api-words/case-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/page.tsx'
import { Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import { type Case, splitNote } from './case-actions.ts'
import { resolveTexts } from './resolve-texts.ts'
import { texts } from './texts.ts'

type Entry = Case['trail'][number]

/** Who did what about a case, oldest first. */
export function Trail({ trail }: { trail: Case['trail'] }) {
  const t = useTexts(texts)
  const columns: Column<Entry>[] = [
    { key: 'at', header: t.at, cell: entry => <Time at={entry.at} /> },
    { key: 'by', header: t.by, cell: entry => (entry.by === 'system' ? t.system : entry.by) },
    { key: 'what', header: t.what, cell: entry => wordFor(t.whats, entry.what) },
    { key: 'note', header: t.note, cell: entry => <Note entry={entry} /> },
  ]
  return (
    <Section title={t.trail}>
      <DataTable
        caption={t.trail}
        columns={columns}
        rows={trail}
        rowKey={entry => `${entry.at} ${entry.what} ${entry.by} ${entry.note}`}
      />
    </Section>
  )
}

/** The services write notes in English; what a person wrote about an action stays as it is. */
function Note({ entry }: { entry: Entry }) {
  const { actions } = useTexts(resolveTexts)
  const { action, note } = splitNote(entry.note)
  const chinese = action === undefined ? noteInChinese(note) : note
  return (
    <>
      {action !== undefined && <div>{actions[action]}</div>}
      <div>
        <ApiText text={note} chinese={chinese} brief />
      </div>
    </>
  )
}
