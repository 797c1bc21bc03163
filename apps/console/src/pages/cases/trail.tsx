import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/page.tsx'
import { Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import { type Case, splitNote } from './case-actions.ts'
import classes from './cases.module.css'
import { resolveTexts } from './resolve-texts.ts'
import { texts } from './texts.ts'

type Entry = Case['trail'][number]

/** Who did what about a case, oldest first. */
export function Trail({ trail }: { trail: Case['trail'] }) {
  const t = useTexts(texts)
  const columns: Column<Entry>[] = [
    { key: 'at', header: t.at, cell: entry => <Time at={entry.at} /> },
    { key: 'by', header: t.by, cell: entry => entry.by },
    { key: 'what', header: t.what, cell: entry => wordFor(t.whats, entry.what) },
    { key: 'note', header: t.note, cell: entry => <Note note={entry.note} /> },
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

function Note({ note: text }: { note: string | undefined }) {
  const { actions } = useTexts(resolveTexts)
  const { action, note } = splitNote(text)
  return (
    <>
      {action !== undefined && <div>{actions[action]}</div>}
      <div className={classes.break}>{note}</div>
    </>
  )
}
