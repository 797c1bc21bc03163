import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/page.tsx'
import { Badge, type Colour, Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import classes from './cases.module.css'
import { type ComparedField, type Comparison, timeOf, type Verdict } from './evidence.ts'
import { evidenceTexts } from './evidence-texts.ts'

const colours: Readonly<Record<Verdict, Colour>> = {
  same: 'green',
  differs: 'red',
  one_side: 'amber',
}
const marks: Readonly<Record<Verdict, string | undefined>> = {
  same: undefined,
  differs: classes.differing,
  one_side: classes.oneSide,
}

/** Our row beside Alipay's, field by field. Differing fields are marked by a word and a colour. */
export function ComparisonTable({ comparison: { theirs, fields } }: { comparison: Comparison }) {
  const t = useTexts(evidenceTexts)
  const count = (verdict: Verdict) => fields.filter(field => field.verdict === verdict).length
  const value = (field: ComparedField, side: 'ours' | 'theirs') => (
    <span className={marks[field.verdict]}>
      <FieldValue field={field} value={field[side]} />
    </span>
  )
  const columns: Column<ComparedField>[] = [
    { key: 'field', header: t.field, heads: true, cell: ({ name }) => t.fields[name] },
    {
      key: 'ours',
      header: theirs === 'summary' ? t.oursOfBill : t.ours,
      cell: field => value(field, 'ours'),
    },
    { key: 'theirs', header: t.theirs[theirs], cell: field => value(field, 'theirs') },
    {
      key: 'compared',
      header: t.compared,
      cell: ({ verdict }) => <Badge colour={colours[verdict]}>{t.verdicts[verdict]}</Badge>,
    },
  ]
  return (
    <Section title={t.title}>
      <p className={classes.hint}>
        {t.differing(count('differs'), count('one_side'))} {t.asFound}
      </p>
      <DataTable caption={t.title} columns={columns} rows={fields} rowKey={({ name }) => name} />
    </Section>
  )
}

function FieldValue({ field: { name }, value }: { field: ComparedField; value: unknown }) {
  const t = useTexts(evidenceTexts)
  if (value === undefined || value === null || value === '') return '—'
  if (typeof value === 'boolean') return value ? t.there : t.notThere
  if (name === 'time') {
    const time = timeOf(value)
    return time === undefined ? String(value) : <Time at={time} />
  }
  if (typeof value === 'number') return <Money fen={value} />
  return <span className={classes.break}>{String(value)}</span>
}
